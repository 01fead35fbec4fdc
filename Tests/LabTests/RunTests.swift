import CaseModel
import Foundation
import Lab
import TestSupport
import Testing
import Wire

/// The main job over real SSH, with the built program: every incident of the catalog and its mended network side by side, as
/// `lab run all` does it, and nothing left behind.
@Suite(.serialized)
struct RunTests {
  @Test(.needsLab) func everyIncidentIsSolvedEveryControlIsHealthyAndNothingIsLeft() throws {
    let before = try MachineState.now()
    try withCases { cases in
      let program = try Program.run(["lab", "run", "all", "--cases", cases])
      #expect(program.status == 0, "\(program.stdout)\n\(program.stderr)")
      for incident in IncidentCatalog.all {
        let row = program.stdout.split(separator: "\n").last { $0.hasPrefix("\(incident.name) ") }
        #expect(row?.hasSuffix(" right") == true, "\(row ?? "no row for \(incident.name)")")
      }
      let runs = try FileManager.default.contentsOfDirectory(atPath: cases).filter { $0 != "latest" }
      #expect(runs.count == IncidentCatalog.all.count * 2)
      let fault = try SolvedCase("\(cases)/\(#require(runs.first { $0.hasSuffix("-reset-through-nat-fault") }))")
      try expectTheRightFrames(fault)
      try expectSharpClocks(fault)
      #expect(fault.manifest.state == .complete)
      #expect((fault.manifest.armedSpread ?? 2) < 1, "several labs share the machine")
      #expect(fault.manifest.captures.allSatisfy { $0.drops == 0 && $0.endedBy == "stop" && ($0.packets ?? 0) > 0 })
      #expect(fault.hashesHold)
      try expectWhatTheRemedyDid(
        try SolvedCase("\(cases)/\(#require(runs.first { $0.hasSuffix("-reset-through-nat-control") }))"))
    }
    #expect(try MachineState.now() == before)
  }

  /// The cited frames against the packets themselves: what is untranslated is told by addresses, not by constants.
  private func expectTheRightFrames(_ solved: SolvedCase) throws {
    let root = try #require(solved.findings.findings.first)
    #expect(root.kind == .conntrackInvalidReset)
    #expect(root.certainty == .proven)
    let cited = Set(
      root.evidence.compactMap { citation -> String? in
        guard case .packet(let packet) = citation else { return nil }
        return "\(packet.vantage)/\(packet.frame)"
      })
    let client = try solved.frames("client")
    let strangers = client.filter { $0.sourcePort == solved.port && $0.payloadLength > 0 && $0.source != solved.vip }
    #expect(!strangers.isEmpty)
    let stray = try #require(strangers.first)
    #expect(
      cited.contains("client/\(stray.frame)"), "the untranslated segment at the client, frame \(stray.frame): \(cited)")
    for vantage in ["client", "gateway", "server"] {
      let frames = try solved.frames(vantage)
      let reset = try #require(
        frames.first {
          $0.flags.contains(.rst) && $0.destination == stray.source && $0.destinationPort == solved.port
            && $0.sourcePort == stray.destinationPort
        })
      #expect(
        cited.contains("\(vantage)/\(reset.frame)"), "the client's RST at \(vantage), frame \(reset.frame): \(cited)")
    }
    let atGateway = try solved.frames("gateway").filter {
      $0.sequence == stray.sequence && $0.source == stray.source && $0.payloadLength > 0
    }
    #expect(
      atGateway.contains { cited.contains("gateway/\($0.frame)") }, "the untranslated segment at the gateway: \(cited)")
  }

  /// The mended network is the same one; its case says what is different now.
  private func expectWhatTheRemedyDid(_ mended: SolvedCase) throws {
    let comparison = try #require(mended.findings.comparison)
    #expect(comparison.before.verdict == .rootCause)
    #expect(comparison.before.affected > 0)
    #expect(comparison.after.verdict == .healthy)
    func liberal(_ measures: CaseMeasures) -> String? {
      measures.settings.first { $0.name == "net.netfilter.nf_conntrack_tcp_be_liberal" }?.value
    }
    #expect(liberal(comparison.before) == "0")
    #expect(liberal(comparison.after) == "1")
    #expect(Set(comparison.before.counters.map(\.host)) == Set(comparison.after.counters.map(\.host)))
    #expect(mended.hashesHold)
    let page = try String(contentsOfFile: "\(mended.folder)/postmortem.md", encoding: .utf8)
    #expect(page.contains("- what was wrong before was not seen again\n"))
  }

  /// The program has compared them with the truth; a bound so wide that nothing could be wrong would not do.
  private func expectSharpClocks(_ solved: SolvedCase) throws {
    #expect(solved.findings.reference == "client")
    for clock in solved.findings.clocks {
      #expect(try #require(clock.bound) < 0.001, "\(clock.vantage)")
      #expect(clock.vantage == "client" || clock.offset != 0)
    }
  }

  func withCases(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }
}

/// A case on disk, as a reader of its files sees it.
struct SolvedCase {
  let folder: String
  let manifest: Manifest
  let findings: FindingsDocument

  init(_ folder: String) throws {
    self.folder = folder
    func bytes(_ path: String) throws -> [UInt8] {
      Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(path)")))
    }
    manifest = try JSONText.decode(Manifest.self, from: bytes("case.json"))
    findings = try JSONText.decode(FindingsDocument.self, from: bytes("analysis/findings.json"))
  }

  /// The service's port, as the filter names it.
  var port: UInt16 {
    let words = (manifest.captures.first?.filter ?? "").split { !$0.isNumber }
    return words.compactMap { UInt16($0) }.first { $0 > 1023 } ?? 0
  }

  /// Whom the client calls: the destination of its first SYN.
  var vip: IPAddress {
    (try? frames("client").first { $0.flags.contains(.syn) && !$0.flags.contains(.ack) && $0.destinationPort == port }?
      .destination)
      ?? (try? frames("client").first { $0.destinationPort == port }?.destination) ?? IPAddress(v4: 0)
  }

  func frames(_ vantage: String) throws -> [Packet] {
    guard let record = manifest.captures.first(where: { $0.vantage.text == vantage }), let file = record.files.first
    else { return [] }
    var reader = try CaptureReader(
      ByteArraySource(Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)")))))
    var packet = Packet()
    var packets: [Packet] = []
    while reader.next(&packet) { packets.append(packet) }
    return packets
  }

  /// Whether `sha256sum -c` agrees with the case's own list.
  var hashesHold: Bool {
    let output = try? MachineState.output([
      "sh", "-c", "cd \"$1\" && sha256sum -c --quiet manifest.sha256 && echo fine", "sh", folder,
    ])
    return output?.hasSuffix("fine\n") == true
  }
}

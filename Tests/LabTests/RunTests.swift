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
      try expectTrueClocks(fault)
      #expect(fault.manifest.state == .complete)
      #expect((fault.manifest.armedSpread ?? 2) < 1, "several labs share the machine")
      #expect(fault.manifest.captures.allSatisfy { $0.drops == 0 && $0.endedBy == "stop" && ($0.packets ?? 0) > 0 })
      #expect(fault.hashesHold)
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

  /// What the lab did to the clocks comes back out, inside the stated bound.
  private func expectTrueClocks(_ solved: SolvedCase) throws {
    let injected: [VantageName: Double] = ["client": 0, "gateway": -1.2, "server": 0.4]
    #expect(solved.findings.reference == "client")
    for clock in solved.findings.clocks {
      let truth = try #require(injected[clock.vantage])
      let offset = try #require(clock.offset)
      let bound = try #require(clock.bound)
      #expect(abs(offset - truth) <= bound + 1e-6, "\(clock.vantage): \(offset) is not \(truth) within \(bound)")
      #expect(abs(offset - truth) < 0.001, "\(clock.vantage) is off by \(offset - truth) s")
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

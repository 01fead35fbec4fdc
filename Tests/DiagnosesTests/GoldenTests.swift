import CaseModel
import Correlation
import Evidence
import Foundation
import TestSupport
import Testing
import Wire

@testable import Diagnoses

/// `Goldens/KIND/CASE`: `packets.txt` is what each vantage saw, `checks/HOST/` what each host said, `verdict.txt` what comes of it.
struct GoldenTests {
  static let folder = fixtureURL("Goldens", in: .module)

  static let cases: [String] = {
    let kinds = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return kinds.sorted().flatMap { kind in
      let cases = (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: kind).path)) ?? []
      return cases.sorted().map { "\(kind)/\($0)" }
    }
  }()

  @Test func everyDiagnosisOfPacketsHasItsThree() {
    for kind in DiagnosisCatalog.all.map({ $0.kind }) where kind != .failedExpectation {
      for outcome in ["guilty", "innocent", "inconclusive"] {
        #expect(Self.cases.contains("\(kind.rawValue)/\(outcome)"))
      }
    }
  }

  @Test(arguments: cases)
  func isJudgedAsWritten(name: String) throws {
    let scene = try Self.scene(name)
    let text = VerdictText(try judge(scene, workers: InlineWorkers()), scene, of: String(name.prefix { $0 != "/" }))
      .text
    let difference = Golden("Goldens/\(name)/verdict.txt").difference(from: text)
    #expect(difference == nil)
  }

  static func scene(_ name: String) throws -> Scene {
    let text = String(decoding: try fixtureBytes("Goldens/\(name)/packets.txt", in: .module), as: UTF8.self)
    let script = try PacketScript(text)
    let captures = script.vantages.map { vantage in
      Capture(
        record: CaptureRecord(vantage: VantageName(vantage), files: [], host: HostName(vantage)),
        files: [CaptureFile(cited: "\(vantage).pcap", source: script.source(vantage))])
    }
    let evidence = CaseEvidence(
      manifest: Manifest(
        id: "golden", tool: "test", state: .complete, captures: captures.map(\.record)),
      captures: captures, readouts: try readouts(folder.appending(path: name).appending(path: "checks")),
      events: try events(folder.appending(path: name).appending(path: "traces")))
    return Scene(evidence: evidence, timeline: try correlate(evidence, workers: InlineWorkers(), spool: MemorySpool()))
  }

  /// `HOST.txt`: a line for each event of that host's kernel, `SECONDS WHAT`, counted from where the packets are counted from.
  static func events(_ folder: URL) throws -> [Event] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return try files.sorted().flatMap { file in
      let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      return text.split(separator: "\n").enumerated().map { number, line in
        let words = line.split(separator: " ", maxSplits: 1)
        let at = HostTime(nanoseconds: 1_795_237_833_000_000_000 + Int64((Double(words[0]) ?? 0) * 1e9))
        return Event(
          source: .trace, host: HostName(String(file.dropLast(4))), at: at, says: String(words[1]),
          cited: "traces/\(file)", line: number + 1)
      }
    }
  }

  /// `HOST/PHASE_COMMAND.txt`.
  static func readouts(_ folder: URL) throws -> [Readout] {
    let hosts = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return try hosts.sorted().flatMap { host in
      try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: host).path).sorted().map { file in
        let words = file.dropLast(4).split(separator: "_", maxSplits: 1)
        return Readout(
          host: HostName(host), namespace: .host, phase: CheckPhase(rawValue: String(words[0])) ?? .after,
          command: String(words[1]), cited: "\(host)/\(file)",
          text: String(
            decoding: try Data(contentsOf: folder.appending(path: host).appending(path: file)), as: UTF8.self))
      }
    }
  }
}

/// A judgement as a page that a person can check against the packets.
struct VerdictText {
  let text: String

  /// - Parameter kind: whose page it is: of the others only what was found is told.
  init(_ judgement: Judgement, _ scene: Scene, of kind: String) {
    // Which kinds a version looks for is no property of the case.
    let reasons = judgement.reasons.map { $0.components(separatedBy: "; this version looks for")[0] }
    var lines = ["verdict: \(judgement.verdict.rawValue)"] + reasons.map { "  \($0)" }
    for judged in judgement.findings {
      let finding = judged.finding
      let flows = finding.flows.map { scene.timeline.flows[$0].name.text }.joined(separator: ", ")
      let place = "\(finding.location.from?.text ?? "-") to \(finding.location.to?.text ?? "-")"
      lines += [
        "",
        "\(judged.id) \(finding.kind.rawValue): \(finding.standing.rawValue), \(finding.certainty.rawValue), \(place), \(flows)"
          + (judged.explains.isEmpty ? "" : ", explains \(judged.explains.joined(separator: ", "))"),
        "  \(finding.title)", "  \(finding.explanation)",
      ]
      lines += finding.citations.flatMap(Self.lines)
      lines += finding.remedies.map { "  remedy on \($0.on): \($0.command)" }
    }
    lines += ["", "hypotheses"]
    for row in judgement.hypotheses where row.kind.rawValue == kind || row.outcome == .found {
      lines.append("  \(row.kind.rawValue): \(row.outcome.rawValue), \(row.because)")
      lines += row.evidence.flatMap(Self.lines)
    }
    if !judgement.doubts.isEmpty { lines += ["", "doubts"] + judgement.doubts.map { "  \($0.says)" } }
    text = lines.joined(separator: "\n") + "\n"
  }

  private static func lines(_ citation: Citation) -> [String] {
    switch citation {
    case .packet(let packet):
      ["  - \(packet.vantage) frame \(packet.frame): \(packet.says)", "      \(packet.filter)"]
    case .check(let check):
      ["  - \(check.host) \(check.check) \(check.before ?? "-") -> \(check.after ?? "-"): \(check.says)"]
    case .log(let log): ["  - \(log.host) \(log.file):\(log.line): \(log.says)"]
    }
  }
}

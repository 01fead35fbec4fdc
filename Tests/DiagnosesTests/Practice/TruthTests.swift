import CaseModel
import Diagnoses
import Foundation
import TestSupport
import Testing

/// Every real incident, with all that was captured: the right verdict, kind and place, and the frames that tell it.
///
/// `Fixtures/NAME/truth.json` was written by who made the incident.
struct TruthTests {
  @Test(arguments: PracticeFiles.names)
  func `the verdict is the truth, and shows it`(name: String) throws {
    let truth = try IncidentTruth(name)
    let practice = try PracticeCase(PracticeFiles(name))
    let judgement = practice.judgement
    #expect(judgement.verdict == truth.verdict, "\(judgement.reasons)")
    #expect(judgement.rootCauses.map(\.finding.kind) == [truth.cause].compactMap { $0 })
    let blamed = judgement.findings.filter { $0.finding.standing != .note }.map(\.finding.kind)
    #expect(Set(blamed).isDisjoint(with: truth.mustNot ?? []), "\(blamed)")
    if let kind = truth.cause ?? truth.note {
      let finding = try #require(judgement.findings.first { $0.finding.kind == kind }?.finding)
      #expect(finding.location == truth.location)
      #expect(finding.standing == (truth.cause == nil ? .note : .rootCause))
    }
    let shown = practice.shown
    for packet in truth.keyPackets {
      #expect(!packet.frames.isDisjoint(with: shown[packet.vantage] ?? []), "\(packet.vantage): \(packet.what)")
    }
  }
}

private struct IncidentTruth: Decodable {
  struct KeyPacket: Decodable {
    var vantage: String
    /// Any of them will do.
    var frames: Set<UInt32>
    var what: String
  }

  var verdict: FindingsDocument.Verdict
  /// The root cause; none where all is well.
  var cause: FindingKind?
  /// What is worth a note where all is well.
  var note: FindingKind?
  var location: Location?
  /// Kinds that an engineer might blame, and that had no part in it.
  var mustNot: Set<FindingKind>?
  var keyPackets: [KeyPacket]

  init(_ name: String) throws {
    let file = fixtureURL("Fixtures/\(name)/truth.json", in: .module)
    self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }
}

extension PracticeCase {
  /// Frames that the judgement shows, by vantage: those of findings, and those that refute a kind.
  fileprivate var shown: [String: Set<UInt32>] {
    var frames: [String: Set<UInt32>] = [:]
    let citations = judgement.findings.flatMap(\.finding.citations) + judgement.hypotheses.flatMap(\.evidence)
    for case .packet(let packet) in citations {
      frames[packet.vantage.text, default: []].insert(UInt32(packet.frame))
    }
    return frames
  }
}

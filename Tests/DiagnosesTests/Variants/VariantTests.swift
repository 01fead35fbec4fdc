import CaseModel
import Diagnoses
import Foundation
import TestSupport
import Testing

/// Every case with captures missing, cut, late and misdated, and without evidence: the wrong thing is never blamed.
///
/// `Fixtures/CASE/variants.txt` begins with what truly was wrong and goes on with a line for each variant. A verdict may say less
/// than the truth where less can be seen; it may say nothing else.
struct VariantTests {
  @Test(arguments: PracticeFiles.names)
  func `whatever is missing, nothing else is blamed`(name: String) throws {
    let truth = try #require(Self.truths[name])
    let table = try VariantTable(name, truth)
    print(table.text)
    #expect(table.falseCauses == [])
    #expect(Golden("../Fixtures/\(name)/variants.txt").difference(from: table.text) == nil)
  }

  /// What was done to the network of each case.
  static let truths: [String: FindingKind?] = [
    "app-no-response-mml": .noApplicationResponse, "clock-mtu-vxlan-nogso": .mtuBlackhole,
    "ctinv-masq-upload": .conntrackInvalidReset, "ctinv-vip-dnat": .conntrackInvalidReset,
    "decoy-zero-window": .receiverStalled, "healthy-bulk-gso": nil, "healthy-connection-refused": nil,
    "healthy-ctinv-vip-liberal": nil, "healthy-short-nat": nil, "idle-timeout-reset-client": .idleTimeoutReset,
    "listen-overflow-syn-drop": .acceptQueueOverflow, "loss-gs-down": .packetLoss,
    "mtu-plain-v4-down-nogso-ns": .mtuBlackhole, "mtu-vxlan-gso": .mtuBlackhole, "periodic-close-tls12": nil,
    "syn-dropped-paws": .pawsSynDrop,
  ]
}

/// The verdicts on one case's variants.
struct VariantTable {
  private(set) var text: String
  /// Lines that blame what was not at fault.
  private(set) var falseCauses: [String] = []

  init(_ name: String, _ truth: FindingKind?) throws {
    let whole = try PracticeFiles(name)
    text = "\(name): \(truth?.rawValue ?? "healthy")\n"
    for variant in CaseVariant.allCases {
      let files = variant.applied(to: whole)
      for vantages in files.subsets(of: variant) {
        let judgement = try PracticeCase(files.only(vantages)).judgement
        let line = Self.line(variant, vantages, judgement)
        text += line + "\n"
        let isFalse = judgement.rootCauses.contains {
          $0.finding.certainty > .possible && $0.finding.kind != truth
        }
        if isFalse { falseCauses.append(line) }
      }
    }
  }

  private static func line(_ variant: CaseVariant, _ vantages: [String], _ judgement: Judgement) -> String {
    let causes = judgement.rootCauses.map { judged in
      let place = [judged.finding.location.from, judged.finding.location.to].map { $0?.text ?? "?" }
      return "\(judged.finding.kind.rawValue) (\(judged.finding.certainty), \(place.joined(separator: " > ")))"
    }
    let missing = judgement.verdict == .inconclusive && causes.isEmpty ? judgement.reasons : []
    let columns = [
      variant.rawValue, vantages.joined(separator: " "), judgement.verdict.rawValue,
      (causes + missing).joined(separator: "; "),
    ]
    let widths = [20, 16, 13, 0]
    return zip(columns, widths).map { $0.padding(toLength: max($0.count, $1), withPad: " ", startingAt: 0) }
      .joined(separator: " ").trimmingCharacters(in: .whitespaces)
  }
}

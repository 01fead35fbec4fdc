public import CaseModel
internal import Checks
public import Correlation
internal import Evidence

/// A check that did not read as the playbook expects
///
/// A playbook may say what a kernel setting should be. Where a host says otherwise that is worth a look, and no proof of anything:
/// it is a note, whatever else the case shows.
public struct FailedExpectation: Diagnosis {
  public static let kind = FindingKind.failedExpectation
  public static let explanation = """
    A check that did not read as the playbook expects

    A playbook may say what a kernel setting should be (`expect`). Where a host says otherwise that is worth a look, and no
    proof of anything: it is a note, whatever else the case shows.

    To do: compare it with the hosts that work. Change it only where a finding with frames to it says that it matters.
    """
  public static let wants = ["checks with an `expect` in the playbook, and their readings"]
  public static let explains: [FindingKind] = []

  public init() {}

  public func inspect(_ story: FlowStory, _ scene: Scene) -> [Clue] { [] }

  public func conclude(_ clues: [Clue], _ scene: Scene) -> Conclusion {
    let expectations = scene.evidence.manifest.checks.flatMap(Expectation.all)
    guard !expectations.isEmpty else { return .notTestable(wanting: Self.nothingExpected) }
    var broken: [Finding] = []
    var unread: [String] = []
    for expectation in expectations {
      guard
        let reading = scene.evidence.sysctl(
          expectation.sysctl, host: expectation.host, namespace: expectation.namespace)
      else {
        unread.append("`\(expectation.sysctl)` on `\(expectation.host)`")
        continue
      }
      let expected = SysctlReading.normalized(expectation.expected)
      if reading.samples.contains(where: { $0.value != expected }) {
        broken += finding(expectation, reading, expected, scene).map { [$0] } ?? []
      }
    }
    if !broken.isEmpty { return .found(broken) }
    if unread.count == expectations.count { return .notTestable(wanting: Wording.list(unread)) }
    return .refuted(because: Self.allHeld(expectations.count - unread.count, unread: unread))
  }

  private func finding(
    _ expectation: Expectation, _ reading: Reading<String>, _ expected: String, _ scene: Scene
  ) -> Finding? {
    let vantage = scene.timeline.vantages.first {
      $0.host == expectation.host && $0.namespace == expectation.namespace
    }?.name
    return Finding(
      kind: Self.kind, standing: .note, certainty: .proven, title: Self.title(expectation, reading.value, expected),
      explanation: expectation.why ?? "The playbook gives no reason.", flows: [],
      location: Location(from: vantage, to: vantage),
      citations: [.check(reading.citation(says: "expected \(expected)"))],
      remedies: [])
  }
}

/// What one sysctl should have read on one host.
private struct Expectation {
  let host: HostName
  let namespace: NamespaceName
  let sysctl: String
  let expected: String
  let why: String?

  static func all(of check: CheckRecord) -> [Expectation] {
    guard check.check == SysctlCheck.id, let expected = check.expect else { return [] }
    return check.names.map {
      Expectation(host: check.host, namespace: check.namespace, sysctl: $0, expected: expected, why: check.why)
    }
  }
}

// MARK: - Sentences

extension FailedExpectation {
  fileprivate static let nothingExpected = "an `expect` in the playbook's checks"

  private static func title(_ expectation: Expectation, _ value: String, _ expected: String) -> String {
    "`\(expectation.sysctl)` on `\(expectation.host)` is \(value), and \(expected) was expected"
  }

  fileprivate static func allHeld(_ count: Int, unread: [String]) -> String {
    let held =
      count == 1 ? "the one expectation that could be read held" : "all \(count) expectations that could be read held"
    return unread.isEmpty ? held : "\(held); not read: \(Wording.list(unread))"
  }
}

internal import CaseModel
internal import Glibc
internal import Planning
internal import Playbooks

/// What is asked once before a run on a terminal. Without one, a run begins that takes headers only, and one that takes more is
/// refused.
struct Consent {
  let console: Console
  /// `-y`.
  let isGiven: Bool

  /// Whole packets carry what users sent each other: nobody captures them without knowing it.
  func toRun(_ plan: Plan) throws(Failure) {
    guard !isGiven else { return }
    let whole = plan.hosts.flatMap(\.captures).filter { $0.snaplen >= Playbook.wholePackets }.map(\.vantage.text)
    guard !whole.isEmpty else { return try toRecord() }
    let question =
      "\(whole.joined(separator: ", ")) would keep whole packets, with everything that users send each other"
    guard isatty(STDIN_FILENO) == 1 else {
      throw Failure(
        "refused", what: "did not start", cause: "\(question), and there is no terminal to ask on",
        hint: "say yes with -y")
    }
    console.always("\(question); go on? [y/N]")
    guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else { throw Self.refusal }
  }

  /// What fills disks is looked at once by whoever sits there.
  private func toRecord() throws(Failure) {
    guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return }
    console.always("start? [Y/n]")
    guard let answer = readLine(), ["", "y", "yes"].contains(answer.lowercased()) else { throw Self.refusal }
  }

  private static var refusal: Failure {
    Failure("refused", what: "did not start", cause: "you did not say yes", left: "no host was touched")
  }
}

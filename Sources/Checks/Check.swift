public import CaseModel

/// One thing worth knowing about a host: which commands tell it, and what their output means. Touches nothing itself.
public protocol Check: Sendable {
  /// Its key in a playbook and its name in a report. Stable.
  static var id: String { get }
  /// For `stakeout explain ID`: prose, the first line a title.
  static var about: String { get }
  /// What stands behind the key in a playbook.
  static var operands: CheckOperands { get }

  /// - Throws: when the operands make no sense, in words for the playbook's author.
  init(_ order: CheckOrder) throws(CheckOrder.Refusal)

  /// What must be run on the host; requests of several checks are merged by command.
  var requests: [ReadoutRequest] { get }

  /// What the readings mean. What was not read, or is absent on that kernel, is said and not guessed.
  func judge(_ readouts: PhasedReadouts) -> [Judgement]
}

/// The shape of a check's value in a playbook.
public enum CheckOperands: Hashable, Sendable {
  /// `uname: {}`.
  case none
  /// One or several names: `sysctl: net.core.somaxconn`, `counters: [A, B]`.
  case names(of: String)
  /// `listen-queue: { port: 80 }`; `isNeeded`: at least one.
  case ports(isNeeded: Bool)
}

/// What the commands of a check printed, by phase.
public struct PhasedReadouts: Sendable {
  private var texts: [CheckPhase: [ReadoutCommand: String]] = [:]

  public init() {}

  public subscript(phase: CheckPhase, command: ReadoutCommand) -> String? {
    get { texts[phase]?[command] }
    set { texts[phase, default: [:]][command] = newValue }
  }

  /// Both ends of the case, parsed.
  func ends<Value>(_ command: ReadoutCommand, _ parse: (String) -> Value) -> (before: Value?, after: Value?) {
    (self[.before, command].map(parse), self[.after, command].map(parse))
  }
}

extension CheckOrder {
  /// Why an order makes no sense.
  public struct Refusal: Error, Hashable, Sendable {
    public let message: String
    public let hint: String?

    public init(_ message: String, hint: String? = nil) {
      self.message = message
      self.hint = hint
    }
  }
}

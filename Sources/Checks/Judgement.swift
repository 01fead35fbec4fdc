/// What one reading means, for a person.
public struct Judgement: Hashable, Sendable {
  public enum Outcome: String, Hashable, Sendable, Codable {
    /// An expectation held.
    case held
    /// An expectation did not hold.
    case broken
    /// Nothing was expected: it is told.
    case noted
    /// Not read, or absent on that kernel.
    case absent
  }

  /// The check's id.
  public let check: String
  /// What was read: a key, a counter, an interface.
  public let subject: String
  public let outcome: Outcome
  public let before: String?
  public let after: String?
  /// For counters: nil where one end is missing or it ran backwards.
  public let delta: Int64?
  /// A sentence without a period.
  public let says: String

  public init(
    check: String, subject: String, outcome: Outcome, before: String? = nil, after: String? = nil,
    delta: Int64? = nil, says: String
  ) {
    self.check = check
    self.subject = subject
    self.outcome = outcome
    self.before = before
    self.after = after
    self.delta = delta
    self.says = says
  }
}

extension Judgement {
  /// A counter over the case.
  static func counter(_ name: String, of check: String, before: Int64?, after: Int64?) -> Judgement {
    let difference = before.flatMap { before in after.map { $0.subtractingReportingOverflow(before) } }
    let delta = difference.flatMap { $0.overflow || $0.partialValue < 0 ? nil : $0.partialValue }
    let says =
      switch (before, after, delta) {
      case (nil, nil, _): "`\(name)` was not read: the kernel has no such counter"
      case (_, _, let delta?): delta == 0 ? "`\(name)` did not move" : "`\(name)` rose by \(delta)"
      case (let before?, let after?, nil): "`\(name)` ran backwards, from \(before) to \(after): it was reset"
      case (let before?, nil, _): "`\(name)` was \(before) before, and was not read after"
      case (nil, let after?, _): "`\(name)` was \(after) after, and was not read before"
      }
    return Judgement(
      check: check, subject: name, outcome: before == nil && after == nil ? .absent : .noted,
      before: before.map(String.init), after: after.map(String.init), delta: delta, says: says)
  }

  /// What is there, and what of it came or went.
  static func list(
    _ before: [String]?, _ after: [String]?, of check: String, subject: String, called one: String
  ) -> Judgement {
    func text(_ lines: [String]?) -> String? { lines.map { $0.joined(separator: ", ") } }
    let came = (after ?? []).filter { !(before ?? after ?? []).contains($0) }
    let went = (before ?? []).filter { !(after ?? before ?? []).contains($0) }
    let says =
      before == nil && after == nil
      ? "\(subject) were not read"
      : came.isEmpty && went.isEmpty
        ? "\(subject): \(text(after ?? before) ?? "")"
        : (came.map { "\(one) \($0) came" } + went.map { "\(one) \($0) went" }).joined(separator: ", ")
    return Judgement(
      check: check, subject: subject, outcome: before == nil && after == nil ? .absent : .noted, before: text(before),
      after: text(after), says: says)
  }
}

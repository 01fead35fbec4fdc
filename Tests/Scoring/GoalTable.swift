/// The goals of alignment and matching, and what was measured.
public struct GoalTable: Sendable {
  /// How far a goal is met.
  public enum Met: String, Sendable {
    case no = "NO"
    case must, moonshot

    init(must: Bool, moonshot: Bool) { self = !must ? .no : moonshot ? .moonshot : .must }
  }

  public struct Row: Sendable {
    public let number: Int
    public let goal: String
    public let must: String
    public let moonshot: String
    public let measured: String
    public let met: Met
    /// Why it is not more, as far as is known: said where the moonshot is missed.
    public let reason: String
    /// A row that is not met, in examples.
    public var examples: [String] = []

    public var isMet: Bool { met != .no }
  }

  public internal(set) var rows: [Row] = []

  public init() {}

  /// - Parameter because: what keeps it from the moonshot, where anything does.
  public mutating func add(
    _ number: Int, _ goal: String, must: String, moonshot: String, measured: String, met: Met, because: String = "",
    examples: [String] = []
  ) {
    rows.append(
      Row(
        number: number, goal: goal, must: must, moonshot: moonshot, measured: measured, met: met, reason: because,
        examples: examples))
  }

  /// As Markdown.
  public var text: String {
    var lines = ["| # | goal | must | moonshot | measured | met | why not more |", "|---|---|---|---|---|---|---|"]
    for row in rows {
      let reason = row.met == .moonshot ? "" : row.reason
      lines.append(
        "| \(row.number) | \(row.goal) | \(row.must) | \(row.moonshot) | \(row.measured) | \(row.met.rawValue) | \(reason) |"
      )
    }
    for row in rows where !row.isMet { lines += row.examples.prefix(4).map { "  \(row.number): \($0)" } }
    return lines.joined(separator: "\n") + "\n"
  }
}

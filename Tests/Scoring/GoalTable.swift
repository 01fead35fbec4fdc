/// The goals of alignment and matching, and what was measured.
public struct GoalTable: Sendable {
  public struct Row: Sendable {
    public let number: Int
    public let goal: String
    public let must: String
    public let moonshot: String
    public let measured: String
    public let isMet: Bool
    /// A row that is not met, in examples.
    public var examples: [String] = []
  }

  public internal(set) var rows: [Row] = []

  public init() {}

  public mutating func add(
    _ number: Int, _ goal: String, must: String, moonshot: String, measured: String, isMet: Bool,
    examples: [String] = []
  ) {
    rows.append(
      Row(
        number: number, goal: goal, must: must, moonshot: moonshot, measured: measured, isMet: isMet,
        examples: examples))
  }

  /// As Markdown.
  public var text: String {
    var lines = ["| # | goal | must | moonshot | measured | met |", "|---|---|---|---|---|---|"]
    for row in rows {
      lines.append(
        "| \(row.number) | \(row.goal) | \(row.must) | \(row.moonshot) | \(row.measured) | \(row.isMet ? "yes" : "NO") |"
      )
    }
    for row in rows where !row.isMet { lines += row.examples.prefix(4).map { "  \(row.number): \($0)" } }
    return lines.joined(separator: "\n") + "\n"
  }
}

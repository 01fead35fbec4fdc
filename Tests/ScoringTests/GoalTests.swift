import Correlation
import Scoring
import Testing

/// The goals of alignment and matching on generated traffic, short form. `make score` has the long one.
struct GoalTests {
  /// Goals that are not met yet, by row and the beginning of its words, and why.
  private static let open: [(row: Int, goal: String, why: Comment)] = [
    (3, "wrong matches: timestamps", "duplicate acknowledgments are not told apart by their SACK blocks"),
    (3, "wrong matches: neither", "duplicate acknowledgments are not told apart by their SACK blocks"),
    (11, "", "times are not put in the order of cause and effect"), (12, "", "steps are not found"),
    (13, "", "slews are not found"),
  ]

  @Test func `goals are met`() throws {
    let table = try GoalTable.measured(.short, workers: InlineWorkers())
    #expect(Set(table.rows.map(\.number)) == Set(1...13))
    for row in table.rows {
      let isMet = row.isMet
      let told: Comment = "row \(row.number), \(row.goal): \(row.measured) \(row.examples.prefix(2))"
      if let known = Self.open.first(where: { $0.row == row.number && row.goal.hasPrefix($0.goal) }) {
        withKnownIssue(known.why, isIntermittent: true) { #expect(isMet, told) }
      } else {
        #expect(isMet, told)
      }
    }
  }
}

import Correlation
import Scoring
import Testing

/// The goals of alignment and matching on generated traffic, short form. `make score` has the long one.
struct GoalTests {
  @Test func `goals are met`() throws {
    let table = try GoalTable.measured(.short, workers: InlineWorkers())
    #expect(Set(table.rows.map(\.number)) == Set(1...13).union([15]))
    for row in table.rows {
      #expect(row.isMet, "row \(row.number), \(row.goal): \(row.measured) \(row.examples.prefix(2))")
    }
  }
}

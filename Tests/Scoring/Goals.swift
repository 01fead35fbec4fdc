public import Correlation

extension GoalTable {
  /// Measures rows 1 to 13, and 15, on generated traffic. Row 14 is speed: the benchmarks have it.
  public static func measured(_ size: ScoringSize, workers: some Workers) throws -> GoalTable {
    var table = GoalTable()
    let trials = Trials(size: size, workers: workers)
    try MatchGoals(trials: trials).measure(&table)
    try ClockGoals(trials: trials).measure(&table)
    table.sort()
    return table
  }

  private mutating func sort() {
    rows = rows.enumerated().sorted { ($0.element.number, $0.offset) < ($1.element.number, $1.offset) }.map(\.element)
  }
}

/// A strip of a ladder's drawing, from one side to the other.
///
/// Paper cuts a drawing wherever its page ends. So a ladder is drawn as several, one below the other, that fit together: where one
/// ends no packet is under way.
struct LadderPart {
  var top: Double
  var bottom: Double
  var rows: Range<Int>

  /// No part is lower than that, but for the last.
  private static let leastHeight = 150.0
  /// What is drawn above a row's first frame, and below its last.
  private static let margin = (above: 15.0, below: 6.0)

  /// - Parameter notes: lines of words below each row.
  static func all(_ ladder: Ladder, _ scale: LadderScale, notes: [Int]) -> [LadderPart] {
    var parts = [LadderPart(top: 0, bottom: scale.bottom + 20, rows: ladder.rows.indices)]
    var lowest = 0.0
    for row in ladder.rows.indices {
      let extent = extent(of: row, ladder, scale, notes[row])
      let last = parts.count - 1
      let isHigh = extent.lowerBound - parts[last].top >= leastHeight
      if lowest <= extent.lowerBound, isHigh, scale.bottom - extent.lowerBound >= leastHeight / 2 {
        parts.append(
          LadderPart(top: extent.lowerBound, bottom: parts[last].bottom, rows: row..<ladder.rows.count))
        parts[last].bottom = extent.lowerBound
        parts[last].rows = parts[last].rows.lowerBound..<row
      }
      lowest = max(lowest, extent.upperBound)
    }
    return parts
  }

  private static func extent(
    of row: Int, _ ladder: Ladder, _ scale: LadderScale, _ notes: Int
  ) -> ClosedRange<Double> {
    let top = scale.rows[row].rounded(.down)
    guard case .passage(let passage) = ladder.rows[row] else { return top...(top + LadderScale.foldHeight - 14) }
    let ends = passage.sightings.indices.map { scale.y(row, $0) + margin.below }
    let words = scale.rows[row] + 9 + Double(notes) * LadderScale.lineHeight
    return (top - margin.above)...max(ends.max() ?? top, words)
  }
}

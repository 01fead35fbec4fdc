internal import CaseModel

/// Where on the page an instant of a ladder lies. Later is never higher: short times keep some room, long ones are pressed together
/// (by the logarithm), and no two rows begin nearer to each other than their words need.
struct LadderScale {
  /// Where each row begins; of a fold, its own place.
  private(set) var rows: [Double]
  /// Of the last thing drawn.
  private(set) var bottom: Double
  /// By row and sighting.
  private var sightings: [[Double]]
  /// The line of time itself, for what lies between.
  private var knots: [(time: Int64, y: Double)] = []

  static let rowHeight = 24.0
  static let lineHeight = 15.0
  static let foldHeight = 42.0
  /// Between frames at one stop, so that their numbers can be read; and between those of one packet, which share theirs.
  private static let numberHeight = 11.0
  private static let insideHeight = 7.0

  private struct Point {
    let time: Int64
    let row: Int
    let sighting: Int
    let stop: Int
  }

  /// - Parameter notes: lines of words below each row.
  init(_ ladder: Ladder, top: Double, notes: [Int]) {
    rows = ladder.rows.map { _ in top }
    sightings = ladder.rows.map { _ in [] }
    bottom = top
    var points: [Point] = []
    for (row, content) in ladder.rows.enumerated() {
      guard case .passage(let passage) = content else { continue }
      var known = passage.time?.nanoseconds ?? points.last?.time ?? 0
      for (index, sighting) in passage.sightings.enumerated() {
        // Nothing arrives before it was sent, whatever the clocks say within their bounds.
        known = max(known, sighting.time?.nanoseconds ?? known)
        points.append(Point(time: known, row: row, sighting: index, stop: sighting.stop))
      }
      sightings[row] = [Double](repeating: top, count: passage.sightings.count)
    }
    points.sort { ($0.time, $0.row, $0.sighting) < ($1.time, $1.row, $1.sighting) }
    place(points, ladder, top, notes)
  }

  func y(_ row: Int, _ sighting: Int) -> Double {
    sightings.indices.contains(row) && sightings[row].indices.contains(sighting) ? sightings[row][sighting] : bottom
  }

  /// Where an instant lies, between what is drawn; later is never higher.
  func y(at time: Int64) -> Double {
    guard let first = knots.first, let last = knots.last else { return bottom }
    if time <= first.time { return first.y - Self.step(first.time &- time) }
    if time >= last.time { return last.y + Self.step(time &- last.time) }
    let next = knots.firstIndex { $0.time >= time } ?? knots.count - 1
    let (a, b) = (knots[max(0, next - 1)], knots[next])
    guard b.time > a.time else { return b.y }
    return a.y + (b.y - a.y) * Double(time &- a.time) / Double(b.time &- a.time)
  }

  private mutating func place(
    _ points: [Point], _ ladder: Ladder, _ top: Double, _ notes: [Int]
  ) {
    var y = top
    var time: Int64?
    var free = top
    var opened: Set<Int> = []
    var lowest = [Double](repeating: -.infinity, count: ladder.stops.count)
    for point in points {
      y += time.map { Self.step(point.time &- $0) } ?? 0
      if opened.insert(point.row).inserted {
        for fold in ladder.rows[..<point.row].indices.reversed() {
          guard case .fold = ladder.rows[fold] else { break }
          rows[fold] = free
          free += Self.foldHeight
        }
        y = max(y, free, lowest[point.stop] + Self.numberHeight)
        rows[point.row] = y
        free = y + Self.rowHeight + Double(notes[point.row]) * Self.lineHeight
      }
      let isInside = point.sighting > 0 && ladder.stop(of: point.row, point.sighting - 1) == point.stop
      y = max(y, lowest[point.stop] + (isInside ? Self.insideHeight : Self.numberHeight))
      lowest[point.stop] = y
      sightings[point.row][point.sighting] = y
      time = point.time
      if knots.last.map({ $0.time < point.time }) ?? true { knots.append((point.time, y)) }
      bottom = max(bottom, y, free)
    }
    if case .fold? = ladder.rows.last {
      rows[rows.count - 1] = max(free, bottom)
      bottom = max(free, bottom) + Self.foldHeight
    }
  }

  /// Room for a time: 10 us are told from 10 ms at a glance, a minute takes no more than a hand.
  private static func step(_ nanoseconds: Int64) -> Double {
    guard nanoseconds > 0 else { return 0 }
    var (room, decade) = (1.0, 1_000.0)
    while decade < Double(nanoseconds), room < 30 {
      room += 3.5
      decade *= 10
    }
    return room
  }
}

extension Ladder {
  /// Of a row's sighting; nil where there is none.
  fileprivate func stop(of row: Int, _ sighting: Int) -> Int? {
    guard rows.indices.contains(row), case .passage(let passage) = rows[row],
      passage.sightings.indices.contains(sighting)
    else { return nil }
    return passage.sightings[sighting].stop
  }
}

internal import Alignment
internal import CaseModel

/// Times of records on the case's line, as matching and judging need them: plain nanoseconds.
struct VantageClocks: Sendable {
  let maps: [ClockMap?]
  let hosts: [Int]
  /// Per two vantages: how far delays between them may be off, nanoseconds; infinite where nothing tells.
  let apart: [[Double]]

  func time(_ record: Record, at vantage: Int) -> Int64? { time(record.time, at: vantage) }

  /// - Parameter time: nanoseconds by the vantage's own clock, unfolded.
  func time(_ time: Int64, at vantage: Int) -> Int64? {
    maps[vantage]?.caseTime(unfolded: HostTime(nanoseconds: time)).nanoseconds
  }

  /// Nanoseconds from `sent` at one vantage to `seen` at another; nil where their clocks are not known to each other.
  func delay(_ sent: Record, at from: Int, _ seen: Record, at to: Int) -> Int64? {
    if hosts[from] == hosts[to] { return seen.time &- sent.time }
    guard let start = time(sent, at: from), let end = time(seen, at: to) else { return nil }
    return end &- start
  }

  /// How far a delay between two vantages may be off, nanoseconds.
  func bound(_ a: Int, _ b: Int) -> Int64 {
    guard hosts[a] != hosts[b] else { return 0 }
    return Int64(exactly: apart[a][b].rounded(.up)) ?? .max / 4
  }
}

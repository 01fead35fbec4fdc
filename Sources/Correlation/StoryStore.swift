internal import Alignment
internal import CaseModel

/// Holds the matched records of every flow until their stories are asked for: one column per vantage, sorted by flow.
struct StoryStore: Sendable {
  /// Per vantage.
  var columns: [StoryColumn]
  var clocks: VantageClocks
  /// By the flows' numbers in the columns.
  var paths: [DirectionPair<[Place]>]
  /// Per flow of the timeline: its number in the columns.
  var numbers: [Int]

  func story(_ flow: Flow, _ index: Int) -> FlowStory {
    let number = numbers[index]
    let tracks = columns.indices.map { vantage -> FlowStory.Track in
      let column = columns[vantage]
      let range = column.records.range(of: number)
      let records = Array(column.records.records[range])
      return FlowStory.Track(
        records: records, upstream: column.links[range].map(\.link),
        times: records.map { record in clocks.time(record, at: vantage).map { CaseTime(nanoseconds: $0) } },
        fates: Array(column.fates[range]))
    }
    return FlowStory(flow: flow, tracks: tracks, paths: paths[number])
  }
}

/// One vantage's records with what is known of each.
struct StoryColumn: Sendable {
  var records: RecordColumn
  var links: [StoredLink]
  var fates: [Fate]

  init(_ records: RecordColumn) {
    self.records = records
    links = [StoredLink](repeating: .none, count: records.records.count)
    fates = [Fate](repeating: .unknown, count: records.records.count)
  }
}

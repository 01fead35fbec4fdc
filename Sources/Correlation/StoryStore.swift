internal import Alignment
internal import CaseModel
internal import Wire

/// Holds everything that stories are told from until they are asked for. Records wait in a spool, a batch of flows together.
struct StoryStore: Sendable {
  let book: FlowBook
  let batches: FlowBatches
  let captures: [ScatteredCapture]
  let matches: [MatchPieces]
  let file: any SpoolFile
  let spool: any Spool
  let clocks: VantageClocks
  let scopes: [CaptureScope]
  let flows: Flows

  /// One flow's story.
  /// - Throws: what the spool throws.
  func story(_ index: Int) throws -> FlowStory {
    let number = flows.number(index)
    var batch = try StoryBatch(self, Int(batches.batchOf[number]))
    return try batch.story(number, flows[index])
  }

  /// Visits some stories, each batch that holds any of them read once.
  /// - Throws: what the spool or `body` throws.
  func each<R: Sendable>(
    of wanted: some Collection<Int>, _ body: (FlowStory) throws -> R
  ) throws -> [(flow: Int, result: R)] {
    let known = Set(wanted).filter { flows.indices.contains($0) }
    let byBatch = Dictionary(grouping: known) { Int(batches.batchOf[flows.number($0)]) }
    var results: [Int: R] = [:]
    for number in byBatch.keys.sorted() {
      var batch = try StoryBatch(self, number)
      for index in (byBatch[number] ?? []).sorted() {
        results[index] = try body(try batch.story(flows.number(index), flows[index]))
      }
    }
    return wanted.compactMap { index in results[index].map { (index, $0) } }
  }

  /// Visits every story once, perhaps several at a time; what `body` had to say, in flow order.
  /// - Throws: what the spool or `body` throws.
  func each<R: Sendable>(
    _ workers: some Workers, _ body: @Sendable (Int, FlowStory) throws -> R?
  ) throws -> [(flow: Int, result: R)] {
    let results = try workers.each(batches.count) { number in
      var batch = try StoryBatch(self, number)
      return try batches.ranges[number].compactMap { flow -> (flow: Int, result: R)? in
        let index = flows.index(ofNumber: flow)
        return try body(index, try batch.story(flow, flows[index])).map { (index, $0) }
      }
    }
    return results.flatMap(\.self).sorted { $0.flow < $1.flow }
  }
}

/// The flows of one batch, with all that is known of their records.
private struct StoryBatch {
  private let store: StoryStore
  private let records: RecordBatch
  private var columns: MatchColumns
  private let unsettled: [Int: [FlowMatch.Unsettled]]

  init(_ store: StoryStore, _ batch: Int) throws {
    self.store = store
    records = try RecordBatch(store.captures, batch, store.batches.ranges[batch])
    columns = try MatchColumns(store.matches[batch], store.file)
    unsettled = columns.unsettledGroups()
  }

  /// Called once for each flow.
  /// - Throws: what the spool throws.
  mutating func story(_ number: Int, _ flow: Flow) throws -> FlowStory {
    let place = number - records.flows.lowerBound
    let tracks = tracks(number, place)
    var match = FlowMatch(aliases: flow.aliases, shape: store.book.shape(number), expected: store.book.expected(number))
    columns.restore(&match, place, records.columns)
    match.unsettled = unsettled[place] ?? []
    Settlement(tracks: tracks, clocks: store.clocks).settle(&match)
    let fates = FateFinder(tracks: tracks, match: match, clocks: store.clocks, captures: store.scopes).fates()
    var told: [FlowStory.Track] = []
    for vantage in tracks.indices {
      let upstream = try Upstream.kept(match.links[vantage], store.spool)
      match.links[vantage] = []
      told.append(
        FlowStory.Track(
          records: tracks[vantage], upstream: upstream,
          times: CaseTimes(tracks[vantage], store.clocks.maps[vantage]), fates: fates[vantage]))
    }
    return FlowStory(flow: flow, tracks: told, paths: match.wholePaths)
  }

  private func tracks(_ number: Int, _ place: Int) -> [Records] {
    let tracks = records.tracks(place)
    guard let strays = store.book.strays(number)?.named else { return tracks }
    return tracks.enumerated().map { vantage, track in
      track.renamed(strays.filter { $0.at.vantage == vantage }.map { ($0.at.index, $0.alias) })
    }
  }
}

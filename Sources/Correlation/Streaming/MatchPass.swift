internal import Wire

/// Matches the flows of one batch after the other, and puts away what is known of each record until the clocks are solved.
struct MatchPass: Sendable {
  let assembly: FlowAssembly
  let batches: FlowBatches
  let captures: [ScatteredCapture]
  let hosts: [Int]
  let addresses: HostAddresses
  /// Per vantage.
  let kinds: [PacketKinds]
  /// Per vantage: the earliest stamp of its capture.
  let starts: [Int64?]
  let file: any SpoolFile

  /// What one batch gave.
  struct Result: Sendable {
    var facts = FlowFacts()
    var evidence = HostEvidence()
    var gaps: CaptureGaps
    var pieces = MatchPieces()
  }

  /// All flows, what they say about the clocks and what the captures have missed.
  /// - Throws: what the spool or the workers throw.
  func run(
    _ workers: some Workers
  ) throws -> (book: FlowBook, pieces: [MatchPieces], evidence: HostEvidence, gaps: CaptureGaps) {
    var book = FlowBook(assembly)
    var evidence = HostEvidence()
    var gaps = CaptureGaps(vantages: captures.count)
    var pieces: [MatchPieces] = []
    for result in try workers.each(batches.count, { try match($0) }) {
      book.add(result.facts)
      evidence.merge(result.evidence)
      gaps.merge(result.gaps)
      pieces.append(result.pieces)
    }
    return (book, pieces, evidence, gaps)
  }

  private func match(_ batch: Int) throws -> Result {
    let records = try RecordBatch(captures, batch, batches.ranges[batch])
    var result = Result(gaps: CaptureGaps(vantages: captures.count))
    var columns = MatchColumns(records)
    let showsData = kinds.map { $0.contains(.data) }
    for place in 0..<records.flows.count {
      let tracks = FlowTracks(tracks: records.tracks(place), hosts: hosts)
      var matcher = FlowMatcher(
        tracks, aliases: assembly.aliases(records.flows.lowerBound + place), addresses: addresses)
      matcher.run(&result.evidence)
      result.facts.add(matcher.match, hasStrays: matcher.hasStrays)
      result.gaps.merge(CaptureGaps(tracks.tracks, matcher.match.shape.paths, showsData: showsData, starts: starts))
      columns.append(matcher.match, place)
    }
    result.pieces = try columns.write(to: file)
    return result
  }
}

/// The records of one batch at every vantage.
struct RecordBatch {
  let flows: Range<Int>
  let columns: [RecordColumn]

  /// - Throws: what the spool throws.
  init(_ captures: [ScatteredCapture], _ batch: Int, _ flows: Range<Int>) throws {
    self.flows = flows
    columns = try captures.map { try $0.column(batch, flows) }
  }

  /// One flow's records, per vantage.
  func tracks(_ place: Int) -> [Records] { columns.map { $0.track(place) } }
}

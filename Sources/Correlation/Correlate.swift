internal import CaseModel
public import Evidence
public import Wire

/// Makes one aligned timeline of all captures of a case.
///
/// Passes: index every capture; link conversations to flows; read the captures again and send their records to batches of flows;
/// match each flow along its path; solve the clocks from what was matched. What only time can tell, and what became of every
/// packet, is settled when a story is visited. Records wait in the spool: memory grows with the number of flows and with the
/// longest of them, not with the captures.
///
/// Deterministic: the same evidence gives the same timeline with any number of workers. What cannot be read or aligned is a doubt
/// in the timeline, never an error.
/// - Throws: only what `workers` and `spool` throw.
public func correlate(
  _ evidence: CaseEvidence, workers: some Workers, spool: some Spool
) throws -> Timeline {
  let captures = evidence.captures
  var indexes = try workers.each(captures.count) { CaptureIndex(reading: captures[$0]) }
  let hosts = HostClocks(evidence, indexes)
  for vantage in hosts.folded {
    indexes[vantage] = CaptureIndex(reading: captures[vantage], folds: hosts.folds.ofVantage[vantage])
  }
  let assembly = try Linker.link(&indexes, TrackedNames(evidence)) { wanted in
    try workers.each(captures.count) { captures[$0].contents(of: wanted[$0]) }
  }
  let batches = FlowBatches(records: (0..<assembly.count).map(assembly.records))
  let hasCopies = indexes.map { $0.health.copies > 0 }
  let scattered = try workers.each(captures.count) { vantage in
    try captures[vantage].scatter(
      to: Scatter(vantage, assembly, batches, try spool.makeFile()), folds: hosts.folds.ofVantage[vantage],
      hasCopies: hasCopies[vantage])
  }
  let kinds = assembly.kinds()
  let pass = MatchPass(
    assembly: assembly, batches: batches, captures: scattered, hosts: hosts.hostOf, addresses: HostAddresses(evidence),
    kinds: kinds, file: try spool.makeFile())
  var matched = try pass.run(workers)
  for vantage in indexes.indices {
    indexes[vantage].health.unseenAcknowledgedBytes = matched.gaps.missed[vantage]
    indexes[vantage].health.unwitnessedBytes = matched.gaps.unwitnessed[vantage]
  }
  let aligned = hosts.align(matched.evidence, evidence, indexes)
  let clocks = VantageClocks(maps: aligned.maps, hosts: hosts.hostOf, apart: aligned.apart)
  let scopes = CaptureScope.all(indexes, captures.map(\.record), kinds, clocks)
  matched.book.expectRoutes(clocks, scopes)
  let stories = StoryStore(
    book: matched.book, batches: batches, captures: scattered, matches: matched.pieces, file: pass.file, clocks: clocks,
    scopes: scopes, flows: Flows(matched.book, clocks))
  return TimelineMaker(evidence: evidence, indexes: indexes, hosts: hosts, aligned: aligned, stories: stories).make()
}

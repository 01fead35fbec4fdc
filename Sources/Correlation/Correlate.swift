internal import CaseModel
public import Evidence
public import Wire

/// Makes one aligned timeline of all captures of a case.
///
/// Passes: index every capture and put its records aside; link conversations to flows; send the records to batches of flows; match
/// each flow along its path; solve the clocks from what was matched. What only time can tell, and what became of every packet, is
/// settled when a story is visited. Records wait in the spool: memory grows with the number of flows and with the longest of
/// them, not with the captures.
///
/// Deterministic: the same evidence gives the same timeline with any number of workers. What cannot be read or aligned is a doubt
/// in the timeline, never an error.
/// - Throws: only what `workers` and `spool` throw.
public func correlate(
  _ evidence: CaseEvidence, workers: some Workers, spool: some Spool
) throws -> Timeline {
  let captures = evidence.captures
  var gathered = try workers.each(captures.count) { try captures[$0].index(into: try spool.makeFile()) }
  let hosts = HostClocks(evidence, gathered.map(\.index))
  for vantage in hosts.folded {
    gathered[vantage] = try captures[vantage].index(
      folds: hosts.folds.ofVantage[vantage], into: try spool.makeFile())
  }
  var indexes = gathered.map(\.index)
  let records = gathered.map(\.records)
  let samples = gathered.map(\.samples)
  gathered = []
  let assembly = try Linker.link(&indexes, samples, TrackedNames(evidence)) { wanted in
    try workers.each(captures.count) { captures[$0].contents(of: wanted[$0]) }
  }
  let batches = FlowBatches(records: (0..<assembly.count).map(assembly.records))
  let scattered = try Scatter.all(records, assembly, batches, workers, spool)
  let kinds = assembly.kinds()
  let pass = MatchPass(
    assembly: assembly, batches: batches, captures: scattered, hosts: hosts.hostOf, addresses: HostAddresses(evidence),
    kinds: kinds, starts: indexes.map { $0.health.first?.nanoseconds }, file: try spool.makeFile())
  var matched = try pass.run(workers)
  for vantage in indexes.indices {
    indexes[vantage].health.unseenAcknowledgedBytes = matched.gaps.missed[vantage]
    indexes[vantage].health.beginningBytes = matched.gaps.beginning[vantage]
    indexes[vantage].health.unwitnessedBytes = matched.gaps.unwitnessed[vantage]
  }
  let aligned = hosts.align(matched.evidence, evidence, indexes)
  let clocks = VantageClocks(maps: aligned.maps, hosts: hosts.hostOf, apart: aligned.apart)
  let scopes = CaptureScope.all(indexes, captures.map(\.record), kinds, clocks)
  matched.book.expectRoutes(clocks, scopes)
  let stories = StoryStore(
    book: matched.book, batches: batches, captures: scattered, matches: matched.pieces, file: pass.file, spool: spool,
    clocks: clocks,
    scopes: scopes, flows: Flows(matched.book, clocks))
  return TimelineMaker(evidence: evidence, indexes: indexes, hosts: hosts, aligned: aligned, stories: stories).make()
}

internal import Alignment
internal import CaseModel
internal import Wire

/// Walks all flows twice, a batch at a time: to match them, and, once the clocks are known, to settle the rest.
struct FlowPass {
  let assembly: FlowAssembly
  let hosts: [Int]
  let addresses: HostAddresses
  private(set) var columns: [StoryColumn]
  private(set) var matches: [FlowMatch] = []
  /// What the captures themselves have missed.
  private(set) var gaps: CaptureGaps
  /// Per vantage: what passes its capture filter, as far as it was seen to.
  private let kinds: [PacketKinds]
  private let batches: [Range<Int>]

  init(_ assembly: FlowAssembly, _ columns: [RecordColumn], hosts: [Int], addresses: HostAddresses) {
    self.assembly = assembly
    self.hosts = hosts
    self.addresses = addresses
    self.columns = columns.map { StoryColumn($0) }
    gaps = CaptureGaps(vantages: columns.count)
    kinds = columns.map { column in PacketKinds(column) { [1, 58].contains(assembly.transport(of: $0)) } }
    batches = Self.batches(assembly.conversations.count, columns)
  }

  /// Flows in stretches of about as many records: cut by the evidence alone, not by the number of workers.
  private static func batches(_ flows: Int, _ columns: [RecordColumn]) -> [Range<Int>] {
    let enough = 1 << 16
    var batches: [Range<Int>] = []
    var (start, records) = (0, 0)
    for flow in 0..<flows {
      records += columns.reduce(0) { $0 + $1.range(of: flow).count } + 16
      if records >= enough || flow == flows - 1 {
        batches.append(start..<flow + 1)
        (start, records) = (flow + 1, 0)
      }
    }
    return batches
  }

  private func tracks(_ flow: Int) -> FlowTracks {
    FlowTracks(tracks: columns.map { Array($0.records.records[$0.records.range(of: flow)]) }, hosts: hosts)
  }

  // MARK: matching

  private struct Matched: Sendable {
    var matches: [FlowMatch] = []
    var evidence = HostEvidence()
    var gaps: CaptureGaps
  }

  /// Matches every flow. What it says about the clocks comes back.
  mutating func match(_ workers: some Workers) throws -> HostEvidence {
    let pass = self
    let results = try workers.each(batches.count) { pass.match(pass.batches[$0]) }
    var evidence = HostEvidence()
    matches.reserveCapacity(assembly.conversations.count)
    for result in results {
      matches += result.matches
      evidence.merge(result.evidence)
      gaps.merge(result.gaps)
    }
    nameStrays()
    return evidence
  }

  private func match(_ batch: Range<Int>) -> Matched {
    var result = Matched(gaps: CaptureGaps(vantages: columns.count))
    let showsData = kinds.map { $0.contains(.data) }
    for flow in batch {
      let tracks = tracks(flow)
      var matcher = FlowMatcher(tracks, aliases: aliases(flow), addresses: addresses)
      matcher.run(&result.evidence)
      result.matches.append(matcher.match)
      result.gaps.merge(CaptureGaps(tracks.tracks, matcher.match.paths, showsData: showsData))
    }
    return result
  }

  private func aliases(_ flow: Int) -> [Alias] {
    assembly.conversations[flow].map { number in
      let tuple = assembly.world.conversations[number].tuple
      let (opener, acceptor) = assembly.members[number].openerIsLow ? (tuple.low, tuple.high) : (tuple.high, tuple.low)
      // An echo's identifier stood in for ports; there are none to show.
      let hasPorts = tuple.transport != 1 && tuple.transport != 58
      return Alias(
        vantage: Int(assembly.world.vantageOf[number]),
        opener: hasPorts ? opener : Endpoint(opener.address, 0),
        acceptor: hasPorts ? acceptor : Endpoint(acceptor.address, 0), nature: .regular)
    }
  }

  private mutating func nameStrays() {
    for (flow, match) in matches.enumerated() {
      for (reference, alias) in match.strays {
        let start = columns[reference.vantage].records.starts[flow]
        columns[reference.vantage].records.records[start + reference.index].alias = alias
      }
    }
  }

  // MARK: settling

  mutating func expect(_ route: ExpectedRoute, _ flow: Int, _ fromOpener: Bool) {
    matches[flow].expected[fromOpener] = route
  }

  private struct Settled: Sendable {
    /// Per flow of the batch, per vantage.
    var links: [[[StoredLink]]] = []
    var fates: [[[Fate]]] = []
  }

  /// Settles what only time can tell, and every record's fate.
  mutating func settle(_ clocks: VantageClocks, _ indexes: [CaptureIndex], _ workers: some Workers) throws {
    let scopes = scopes(clocks, indexes)
    expectRoutes(clocks, scopes)
    let pass = self
    let results = try workers.each(batches.count) { pass.settle(pass.batches[$0], clocks, scopes) }
    for (batch, result) in zip(batches, results) {
      for (place, flow) in batch.enumerated() {
        for vantage in columns.indices {
          let range = columns[vantage].records.range(of: flow)
          guard !range.isEmpty else { continue }
          columns[vantage].links.replaceSubrange(range, with: result.links[place][vantage])
          columns[vantage].fates.replaceSubrange(range, with: result.fates[place][vantage])
        }
        matches[flow].links = []
        matches[flow].ahead = []
        matches[flow].unsettled = []
      }
    }
  }

  private func settle(_ batch: Range<Int>, _ clocks: VantageClocks, _ scopes: [CaptureScope]) -> Settled {
    var result = Settled()
    for flow in batch {
      let tracks = tracks(flow).tracks
      var match = matches[flow]
      Settlement(tracks: tracks, clocks: clocks).settle(&match)
      result.links.append(match.links)
      result.fates.append(FateFinder(tracks: tracks, match: match, clocks: clocks, captures: scopes).fates())
    }
    return result
  }

  private func scopes(_ clocks: VantageClocks, _ indexes: [CaptureIndex]) -> [CaptureScope] {
    indexes.enumerated().map { vantage, index in
      let map = clocks.maps[vantage]
      return CaptureScope(
        isWhole: index.health.isWhole, kinds: kinds[vantage],
        start: index.health.first.flatMap { map?.caseTime($0).nanoseconds },
        end: index.health.last.flatMap { map?.caseTime($0).nanoseconds })
    }
  }
}

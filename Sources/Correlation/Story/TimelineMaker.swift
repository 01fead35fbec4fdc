internal import Alignment
internal import CaseModel
internal import Evidence
internal import Wire

/// Puts together what the passes found.
struct TimelineMaker {
  let evidence: CaseEvidence
  let indexes: [CaptureIndex]
  let hosts: HostClocks
  let aligned: AlignedClocks
  let flows: FlowPass

  func make() -> Timeline {
    let clocks = VantageClocks(maps: aligned.maps, hosts: hosts.hostOf)
    let rows = flows.matches.indices.map { row($0, clocks) }
    let order = rows.indices.sorted { rows[$0].precedes(rows[$1]) || (!rows[$1].precedes(rows[$0]) && $0 < $1) }
    let store = StoryStore(
      columns: flows.columns, clocks: clocks, paths: flows.matches.map(\.wholePaths), numbers: order)
    let t0 = aligned.maps.indices.compactMap { vantage in
      indexes[vantage].health.first.flatMap { aligned.maps[vantage]?.caseTime($0) }
    }.min()
    return Timeline(
      vantages: evidence.captures.indices.map(vantage), reference: hosts.reference, t0: t0, utc: utc(t0),
      flows: order.enumerated().map { flow($1, named: $0 + 1, rows[$1]) }, doubts: doubts(), stories: store)
  }

  // MARK: vantages

  private func vantage(_ number: Int) -> Vantage {
    let capture = evidence.captures[number]
    return Vantage(
      name: capture.vantage, host: capture.host, namespace: capture.record.namespace, roles: capture.record.roles,
      clock: aligned.maps[number], method: aligned.methods[number], interfaces: indexes[number].interfaces,
      files: capture.files.map(\.cited), health: indexes[number].health)
  }

  private func utc(_ t0: CaseTime?) -> (offset: Int64, bound: Int64)? {
    guard let t0, let controller = aligned.controller else { return nil }
    // Where the controller's clock stands when the case's says t0: its offset hardly changes over a few seconds.
    let guess = HostTime(nanoseconds: t0.nanoseconds)
    let shift = controller.caseTime(guess).nanoseconds &- guess.nanoseconds
    let there = HostTime(nanoseconds: guess.nanoseconds &- shift)
    let offset = there.nanoseconds &- controller.caseTime(there).nanoseconds
    return (offset, Int64(exactly: controller.bound(at: there).rounded(.up)) ?? .max)
  }

  private func doubts() -> [Doubt] {
    var doubts = indexes.flatMap(\.doubts) + aligned.doubts
    for (vantage, index) in indexes.enumerated() {
      if let doubt = index.health.doubtOfGaps(evidence.captures[vantage].vantage) { doubts.append(doubt) }
    }
    return doubts
  }

  // MARK: flows

  /// What a flow's place in the order is made of.
  private struct Row {
    var first: Int64?
    var last: Int64?
    var records = 0
    /// Where it is seen first of all vantages, for flows without a time.
    var vantage = Int.max
    var frame: UInt32 = .max

    func precedes(_ other: Row) -> Bool {
      (first ?? .max, vantage, frame) < (other.first ?? .max, other.vantage, other.frame)
    }
  }

  private func row(_ number: Int, _ clocks: VantageClocks) -> Row {
    var row = Row()
    for (vantage, column) in flows.columns.enumerated() {
      let range = column.records.range(of: number)
      row.records += range.count
      guard let head = column.records.records[range].first else { continue }
      if row.vantage == .max { (row.vantage, row.frame) = (vantage, head.frame) }
      for record in column.records.records[range] {
        guard let time = clocks.time(record, at: vantage) else { break }
        row.first = min(row.first ?? time, time)
        row.last = max(row.last ?? time, time)
      }
    }
    return row
  }

  private func flow(_ number: Int, named name: Int, _ row: Row) -> Flow {
    Flow(
      name: FlowName("flow-\(name)"), transport: flows.assembly.transport(of: number),
      aliases: flows.matches[number].aliases, first: row.first.map { CaseTime(nanoseconds: $0) },
      last: row.last.map { CaseTime(nanoseconds: $0) }, records: row.records,
      sawOpening: flows.assembly.sawOpening[number], windowScales: flows.assembly.windowScales(of: number),
      isTunnel: flows.assembly.isTunnel(number))
  }
}

extension CaptureHealth {
  /// Acknowledged bytes are proof that frames passed and were not captured.
  fileprivate func doubtOfGaps(_ vantage: VantageName) -> Doubt? {
    guard unseenAcknowledgedBytes > 0 else { return nil }
    let missed = "\(unseenAcknowledgedBytes) bytes were acknowledged that this capture never showed: it missed frames"
    return unwitnessedBytes == 0
      ? Doubt(vantage: vantage, says: missed + ", which captures on both sides of it show")
      : Doubt(vantage: vantage, says: missed + ", or sees a part of the traffic", couldHideFault: true)
  }
}

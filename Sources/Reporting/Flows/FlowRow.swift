internal import CaseModel
internal import Correlation
internal import Diagnoses
internal import Wire

/// Turns what a flow comes to into its row of `flows.json`.
struct FlowRow {
  let scene: Scene
  let interfaces: InterfaceNames

  func record(_ summary: FlowSummary, _ flow: Flow) -> FlowRecord {
    var record = FlowRecord(flow, scene.timeline)
    record.bytes = FlowRecord.Bytes(
      fromOpener: summary.bytes.fromOpener, fromAcceptor: summary.bytes.fromAcceptor)
    record.isTunnel = flow.isTunnel ? true : nil
    record.fromOpener = way(summary, fromOpener: true)
    record.fromAcceptor = way(summary, fromOpener: false)
    record.icmpErrors = summary.errors.isEmpty ? nil : summary.errors.map(error)
    record.idle = summary.idle.flatMap(idle)
    guard flow.transport == 6 else { return record }
    record.vantages = summary.vantages.map(view)
    record.closes = summary.closes.map(close)
    record.moreCloses = summary.moreCloses.unlessZero
    record.closedFirst = summary.openerClosedFirst.map { $0 ? .opener : .acceptor }
    return record
  }

  // MARK: paths

  private func way(_ summary: FlowSummary, fromOpener: Bool) -> FlowRecord.Way? {
    let places = summary.paths[fromOpener]
    guard places.contains(where: { $0.frames > 0 }) else { return nil }
    return FlowRecord.Way(
      places: places.indices.map { at(places[$0], isLast: $0 == places.count - 1) },
      window: summary.windows[fromOpener].map(window))
  }

  private func at(_ place: PlaceSummary, isLast: Bool) -> FlowRecord.AtPlace {
    var row = FlowRecord.AtPlace(
      vantage: name(place.place.vantage), interface: interfaces.name(place.place), way: place.place.direction.word,
      packets: place.frames)
    row.inTunnel = place.place.isInTunnel ? true : nil
    if place.again + place.replacements > 0 {
      row.retransmissions = FlowRecord.Retransmissions(again: place.again, replacing: place.replacements)
    }
    row.reordered = place.reordered.unlessZero
    row.keepAlives = place.keepAlives.unlessZero
    row.windowProbes = place.windowProbes.unlessZero
    if !isLast {
      row.onward = FlowRecord.Onward(
        delivered: place.delivered, lost: place.lost, unknown: place.unknown,
        delay: place.delay.flatMap { spread in place.delayBound.map { delay(spread, bound: $0) } })
    }
    return row
  }

  private func window(_ window: WindowSummary) -> FlowRecord.Window {
    var row = FlowRecord.Window(
      scale: window.scale.map(Int.init), smallestField: Int(window.smallest), smallestBytes: window.smallestBytes)
    row.closings = window.closings.unlessZero
    row.zeroWindows = window.zeros.unlessZero
    row.longestClosed = window.longestClosed.map { Seconds.of($0) }
    return row
  }

  // MARK: vantages

  private func view(_ view: VantageSummary) -> FlowRecord.AtVantage {
    let trip = FlowRecord.RoundTrip(
      opener: view.toOpener.map { delay($0) }, acceptor: view.toAcceptor.map { delay($0) })
    return FlowRecord.AtVantage(
      vantage: name(view.vantage), packets: view.frames, handshake: view.handshake.map(handshake),
      roundTrip: trip.opener == nil && trip.acceptor == nil ? nil : trip)
  }

  private func handshake(_ handshake: Handshake) -> FlowRecord.Handshake {
    FlowRecord.Handshake(
      syn: handshake.syn.map(moment), synAcknowledgment: handshake.synAcknowledgment.map(moment),
      acknowledgment: handshake.acknowledgment.map(moment), syns: handshake.syns,
      synAcknowledgments: handshake.synAcknowledgments, answeredAfter: handshake.answeredAfter.map { Seconds.of($0) },
      confirmedAfter: handshake.confirmedAfter.map { Seconds.of($0) })
  }

  private func moment(_ instance: Handshake.Instance) -> FlowRecord.Moment {
    FlowRecord.Moment(frame: instance.frame, t: instance.time)
  }

  // MARK: moments

  private func close(_ close: Close) -> FlowRecord.Close {
    var unseen: [VantageName] = []
    for place in close.unseenAt where place.vantage != close.at.vantage && !unseen.contains(name(place.vantage)) {
      unseen.append(name(place.vantage))
    }
    return FlowRecord.Close(
      mark: close.mark == .fin ? .fin : .rst, by: close.fromOpener ? .opener : .acceptor,
      vantage: name(close.at.vantage), interface: interfaces.name(close.place), frame: close.frame, t: close.time,
      unseenAt: unseen.isEmpty ? nil : unseen, repeats: close.repeats.unlessZero)
  }

  private func error(_ error: ErrorSummary) -> FlowRecord.ICMPError {
    FlowRecord.ICMPError(
      type: Int(error.type), code: Int(error.code), mtu: error.mtu > 0 ? Int(error.mtu) : nil,
      about: error.aboutOpener ? .opener : .acceptor, count: error.count, vantage: name(error.at.vantage),
      frame: error.frame, t: error.time)
  }

  /// A silence no longer than two clocks may be off from each other is none that was seen.
  private func idle(_ gap: IdleGap) -> FlowRecord.Idle? {
    let bound = scene.timeline.vantages.bound(gap.before.vantage, gap.after.vantage) ?? 0
    guard gap.length > bound else { return nil }
    return FlowRecord.Idle(seconds: Seconds.of(gap.length, bound: bound), from: gap.start, to: gap.end)
  }

  private func delay(_ spread: DelaySpread, bound: Int64 = 0) -> FlowRecord.Delay {
    FlowRecord.Delay(
      samples: spread.count, minimum: Seconds.of(spread.minimum, bound: bound),
      median: Seconds.of(spread.median, bound: bound), maximum: Seconds.of(spread.maximum, bound: bound),
      bound: bound > 0 ? Seconds.of(bound: bound) : nil)
  }

  private func name(_ vantage: Int) -> VantageName { scene.timeline.vantages[vantage].name }
}

/// Durations as documents give them: their last decimal is of the order of what the clocks may be off, and no finer than a microsecond.
enum Seconds {
  /// - Parameter bound: how far it may be off, nanoseconds; 0 where one clock measured it.
  static func of(_ nanoseconds: Int64, bound: Int64 = 0) -> Double {
    let unit = max(1_000, leadingPlace(bound))
    let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: unit)
    let rounded = whole + (rest.magnitude * 2 >= UInt64(unit) ? rest.signum() : 0)
    return quotient(rounded, unit)
  }

  /// A bound itself: two digits, rounded up.
  static func of(bound: Int64) -> Double {
    let unit = max(1, leadingPlace(bound) / 10)
    return quotient(bound / unit + (bound % unit > 0 ? 1 : 0), unit)
  }

  /// Divided once, so that what is written is the shortest decimal.
  private static func quotient(_ count: Int64, _ unit: Int64) -> Double {
    unit > 1_000_000_000 ? Double(count) * Double(unit / 1_000_000_000) : Double(count) / Double(1_000_000_000 / unit)
  }

  /// The power of ten of the first digit: 100 of 273; 1 of 0.
  private static func leadingPlace(_ value: Int64) -> Int64 {
    var place: Int64 = 1
    while value / 10 >= place { place *= 10 }
    return place
  }
}

extension Int {
  /// What is not there is not written.
  fileprivate var unlessZero: Int? { self == 0 ? nil : self }
}

extension Packet.Direction {
  fileprivate var word: String? {
    switch self {
    case .unknown: nil
    case .inbound: "in"
    case .outbound: "out"
    }
  }
}

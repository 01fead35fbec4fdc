internal import Wire

/// Carries the packets of one connection over its route: cuts, merges, delays and loses them, and notes what every tap sees.
struct Passage {
  let route: Route
  let connection: UInt32
  /// True time of the start, nanoseconds since 1970.
  let epoch: Int64
  /// How many sightings there are of other connections.
  let base: Int
  var numbers: SeededNumbers
  private(set) var sightings: [Sighting] = []
  /// Per hop and way: when the last packet arrived. Queues keep the order.
  private var latest: [Ways<Int64>]
  private var lastSent = Ways<Int64>(both: 0)

  /// A gigabit's worth.
  private static let nanosecondsPerByte: Int64 = 8
  private static let mergeGap: Int64 = 30_000
  private static let longestMerge: Int64 = 65_160

  init(_ route: Route, connection: Int, epoch: Int64, base: Int, numbers: SeededNumbers) {
    self.route = route
    self.connection = UInt32(connection)
    self.epoch = epoch
    self.base = base
    self.numbers = numbers
    latest = [Ways<Int64>](repeating: Ways(both: 0), count: route.hops.count)
  }

  /// Sends packets at once; they come out as they arrive, in whatever order they do.
  mutating func carry(_ packets: [Piece], at time: Int64, forward: Bool) -> [Piece] {
    var packets = packets
    var sent = max(time, lastSent[forward] + 200)
    for index in packets.indices {
      packets[index].time = sent
      sent += 400
    }
    lastSent[forward] = sent
    let taps = forward ? Array(route.taps.indices) : route.taps.indices.reversed()
    for (step, tap) in taps.enumerated() {
      for index in packets.indices { note(&packets[index], at: tap, forward) }
      guard step + 1 < taps.count else { break }
      cross(forward ? tap : tap - 1, forward, &packets)
      if packets.isEmpty { break }
    }
    return packets
  }

  private mutating func note(_ piece: inout Piece, at tap: Int, _ forward: Bool) {
    sightings.append(
      Sighting(
        time: piece.time, start: piece.start, acknowledged: piece.acknowledged, upstream: piece.seen,
        connection: connection, length: UInt32(piece.length), timestampValue: piece.timestampValue,
        timestampEcho: piece.timestampEcho, blocks: piece.blocks, window: piece.window,
        identification: piece.identification, flags: piece.flags, tap: UInt8(tap), isForward: forward))
    piece.seen = Int32(base + sightings.count - 1)
  }

  private mutating func cross(_ number: Int, _ forward: Bool, _ packets: inout [Piece]) {
    let hop = route.hops[number]
    var arrived: [Piece] = []
    arrived.reserveCapacity(packets.count)
    for packet in packets {
      for var piece in hop.isWire ? segments(of: packet) : [packet] {
        if numbers.happens(hop.loss[forward]) { continue }
        let way = delay(hop, forward, piece)
        if numbers.happens(hop.reordering) {
          piece.time += way + Int64(numbers.exponential(mean: 200_000))
        } else {
          let spacing = hop.isWire ? (piece.length + 78) * Self.nanosecondsPerByte : 300
          piece.time = max(piece.time + way, latest[number][forward] + spacing)
          latest[number][forward] = piece.time
        }
        arrived.append(piece)
        guard numbers.happens(hop.duplication) else { continue }
        piece.time += 1_000 + Int64(numbers.exponential(mean: 50_000))
        latest[number][forward] = max(latest[number][forward], piece.time)
        arrived.append(piece)
      }
    }
    if hop.reordering > 0 { arrived.sort { $0.time < $1.time } }
    packets = hop.merges ? merged(arrived) : arrived
  }

  private mutating func delay(_ hop: Hop, _ forward: Bool, _ piece: Piece) -> Int64 {
    var delay = hop.delay[forward] + Int64(numbers.exponential(mean: hop.jitter[forward]))
    if let change = hop.change, piece.time - epoch >= change.at { delay += change.longer[forward] }
    return delay
  }

  /// What the card makes of a packet: segment k carries its identification plus k, flags that end something go with the last.
  private func segments(of packet: Piece) -> [Piece] {
    guard packet.length > route.segment else { return [packet] }
    var segments: [Piece] = []
    var start = packet.start
    let end = packet.start + packet.length
    while start < end {
      var segment = packet
      segment.start = start
      segment.length = min(route.segment, end - start)
      segment.identification = packet.identification &+ UInt16(truncatingIfNeeded: segments.count)
      if start + segment.length < end { segment.flags.subtract([.fin, .psh]) }
      segments.append(segment)
      start += segment.length
    }
    return segments
  }

  /// Receive offload: neighbours that agree in everything but their place, close together, are one; stamped when it is whole. Now
  /// and then the card's queue is found empty, and what was merged goes up.
  private mutating func merged(_ pieces: [Piece]) -> [Piece] {
    var merged: [Piece] = []
    for piece in pieces {
      if let last = merged.last, Self.merges(last, piece), !numbers.happens(0.03) {
        merged[merged.count - 1].length += piece.length
        merged[merged.count - 1].time = piece.time
        merged[merged.count - 1].flags.formUnion(piece.flags)
      } else {
        merged.append(piece)
      }
    }
    return merged
  }

  private static func merges(_ one: Piece, _ next: Piece) -> Bool {
    one.length > 0 && next.length > 0 && one.start + one.length == next.start
      && one.acknowledged == next.acknowledged && one.window == next.window
      && one.timestampValue == next.timestampValue && one.timestampEcho == next.timestampEcho
      && one.flags.isDisjoint(with: [.fin, .psh, .syn, .rst]) && next.flags.isDisjoint(with: [.syn, .rst])
      && next.time - one.time < mergeGap && one.length + next.length <= longestMerge
  }
}

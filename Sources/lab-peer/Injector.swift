internal import Glibc

/// Sends one of the server's own data segments again with another sequence number, to where conntrack calls it INVALID.
///
/// Ahead of everything that the receiver's window allows, by more than the largest window it ever told (Linux 6.x still
/// passes what is within one such window beyond the edge); or, for gateways before Linux 6.1, a byte-exact copy from far
/// behind. Everything else in it is as the server just sent it, its acknowledgment above all: the RST that it draws from
/// the client takes this as its sequence number, and only an exact one ends the server's connection (RFC 5961, 3.2). So
/// the first segment after a pause is taken, when the client will not speak for a moment; and if it happened to, the shot
/// was in vain, and another follows.
struct Injector {
  private let interface: String
  private let port: Int
  private let aim: Aim
  private let givenScale: UInt8?
  private let after: Int
  private let shots: Int
  private let pause: Duration
  private let isUnseen: Bool
  private let lifetime: Duration

  private enum Aim {
    case ahead(UInt32)
    case behind(UInt32)
  }

  init(_ flags: Flags) throws {
    interface = try flags.text("interface")
    port = try flags.number("port", or: 0)
    aim =
      flags.has("behind")
      ? .behind(UInt32(clamping: try flags.number("behind", or: 0)))
      : .ahead(UInt32(clamping: min(try flags.number("ahead", or: 1 << 20), 1 << 29)))
    givenScale = flags.has("window-scale") ? UInt8(clamping: min(try flags.number("window-scale", or: 14), 14)) : nil
    after = try flags.number("after", or: 10)
    shots = try flags.number("shots", or: 8)
    pause = .milliseconds(try flags.number("every", or: 300))
    isUnseen = flags.has("unseen")
    lifetime = .seconds(try flags.number("for", or: 20))
  }

  /// Says in its last line whether one of the server's connections died of it.
  func run() throws -> Int32 {
    let socket = try PacketSocket(interface: interface, isUnseen: isUnseen)
    defer { socket.close() }
    var seen = Sightings(port: port, scale: givenScale)
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    let end = ContinuousClock.now + lifetime
    var fired = 0
    var last = ContinuousClock.now - pause
    var target: Int?
    let impatient = ContinuousClock.now + .seconds(5)
    while ContinuousClock.now < end, fired < shots || ContinuousClock.now < last + pause || seen.isDying(target) {
      socket.wait(atMost: .milliseconds(20))
      while let (frame, direction) = socket.next(into: &buffer) {
        guard let segment = Segment(frame) else { continue }
        seen.see(segment, direction)
        if let death = seen.death {
          LogLine.write("the connection with port \(death) died of shot \(fired)")
          return 0
        }
        guard direction == .outbound, seen.dataSegments > after, fired < shots, ContinuousClock.now >= last + pause,
          !seen.isDying(target),
          seen.hasJustResumed(segment) || ContinuousClock.now > impatient,
          let shot = aimed(segment, seen)
        else { continue }
        try socket.send(shot.frame)
        seen.targets.insert(segment.destinationPort)
        (fired, last, target) = (fired + 1, ContinuousClock.now, segment.destinationPort)
        LogLine.write("shot \(fired) at port \(segment.destinationPort): sequence \(shot.sequence), \(shot.says)")
      }
    }
    LogLine.write("nothing died of \(fired) shots")
    return 0
  }

  private func aimed(_ segment: Segment, _ seen: Sightings) -> (frame: [UInt8], sequence: UInt32, says: String)? {
    guard segment.sourcePort == port, segment.payloadLength > 0, let flow = seen.flows[segment.destinationPort] else {
      return nil
    }
    switch aim {
    case .ahead(let bytes):
      guard let edge = flow.windowEdge else { return nil }
      // Twice: conntrack may remember a larger window than those seen since we look.
      let sequence = edge &+ flow.largestWindow &* 2 &+ bytes
      let copy = segment.copy(sequence: sequence, payload: 1400)
      return (copy, sequence, "\(sequence &- edge) bytes ahead of the window")
    case .behind(let bytes):
      guard let old = flow.kept.last(where: { segment.end &- $0.end >= bytes && segment.end &- $0.end < 1 << 31 })
      else {
        return nil
      }
      let copy = old.copy(sequence: old.sequence, payload: 1400)
      return (copy, old.sequence, "\(segment.end &- old.end) bytes behind")
    }
  }
}

/// What was seen of the port's connections, by the client's port.
private struct Sightings {
  struct Flow {
    /// One past the last byte that the receiver has allowed.
    var windowEdge: UInt32?
    var largestWindow: UInt32 = 0
    var scale: UInt8?
    /// Old data segments, about one for each 64 KiB, the newest last.
    var kept: [Segment] = []
    /// What the server expects next from the client, by its own last acknowledgment.
    var expected: UInt32?
    /// When a RST of the client's arrived that was exactly at `expected`: the server's end is dead from then on.
    var killed: ContinuousClock.Instant?
    /// The server's last data segment: when it was seen, and how long there had been none before.
    var lastData: (at: ContinuousClock.Instant, silence: Duration)?
  }

  let port: Int
  /// What the client shifts its windows by, unless its SYN is seen.
  let scale: UInt8?
  var flows: [Int: Flow] = [:]
  var dataSegments = 0
  var targets: Set<Int> = []
  /// The client's port of a connection that was shot at and that the server has since disowned.
  private(set) var death: Int?

  /// Whether the server's end is known to be dead, and the client is about to find out: no need for another shot.
  func isDying(_ client: Int?) -> Bool {
    guard let killed = client.flatMap({ flows[$0]?.killed }) else { return false }
    return ContinuousClock.now < killed + .seconds(3)
  }

  /// Whether this data segment is the first for at least 50 ms on its connection.
  func hasJustResumed(_ segment: Segment) -> Bool {
    (flows[segment.destinationPort]?.lastData?.silence ?? .zero) >= .milliseconds(50)
  }

  mutating func see(_ segment: Segment, _ direction: PacketSocket.Direction) {
    if direction == .outbound, segment.sourcePort == port {
      seeServer(segment)
    } else if direction == .inbound, segment.destinationPort == port {
      seeClient(segment)
    }
  }

  private mutating func seeServer(_ segment: Segment) {
    let client = segment.destinationPort
    guard flows[client] != nil || flows.count < 1024 else { return }
    if segment.isReset, targets.contains(client), flows[client]?.killed != nil { death = client }
    guard segment.payloadLength > 0 else { return }
    dataSegments += 1
    var flow = flows[client] ?? Flow()
    flow.expected = segment.acknowledgment
    let now = ContinuousClock.now
    flow.lastData = (now, flow.lastData.map { now - $0.at } ?? .zero)
    if flow.kept.last.map({ segment.end &- $0.end >= 65_536 }) ?? true {
      flow.kept.append(segment)
      if flow.kept.count > 512 { flow.kept.removeFirst(256) }
    }
    flows[client] = flow
  }

  private mutating func seeClient(_ segment: Segment) {
    let client = segment.sourcePort
    guard flows[client] != nil || flows.count < 1024 else { return }
    var flow = segment.isSYN ? Flow(scale: segment.windowScale ?? 0) : flows[client] ?? Flow()
    if segment.isReset {
      if segment.sequence == flow.expected { flow.killed = .now }
    } else if !segment.isSYN {
      let window = segment.window << UInt32(flow.scale ?? scale ?? 14)
      flow.largestWindow = min(max(flow.largestWindow, window), 1 << 28)
      let edge = segment.acknowledgment &+ window
      if flow.windowEdge.map({ edge &- $0 < 1 << 31 }) ?? true { flow.windowEdge = edge }
    }
    flows[client] = flow
  }
}

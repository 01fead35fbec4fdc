/// Three places on one path, with a delay between them, and what is on its way.
struct Network {
  /// Nanoseconds from client to gateway, and from gateway to server; a little more for each packet.
  private static let toGateway: Int64 = 120_000
  private static let toServer: Int64 = 180_000
  private static let jitter: UInt64 = 16_000
  /// What a server takes to answer.
  static let thinking: Int64 = 30_000
  /// A question is answered, and the answer is there, in less.
  static let roundTrip: Int64 = 2 * (toGateway + toServer) + thinking + 4 * Int64(jitter)

  private let client: CaptureFile
  private let gateway: CaptureFile
  private let server: CaptureFile
  /// By place (client, gateway, server) and direction.
  private var queues = [FrameQueue](repeating: FrameQueue(), count: 6)
  private var random: UInt64 = 1

  /// How far a packet comes.
  enum Reach: Int { case gatewayNever, serverNever, whole }

  init(folder: String, payload: Int) throws {
    client = try CaptureFile(
      path: folder + "/client.pcap",
      .init(isTranslated: false, routers: 0, offset: 2_000_000_000, driftPerMillion: 0), payload: payload)
    gateway = try CaptureFile(
      path: folder + "/gateway.pcap",
      .init(isTranslated: true, routers: 1, offset: 796_000_000, driftPerMillion: 12), payload: payload)
    server = try CaptureFile(
      path: folder + "/server.pcap",
      .init(isTranslated: true, routers: 2, offset: 2_400_000_000, driftPerMillion: -8), payload: payload)
  }

  mutating func send(_ frame: Frame, at time: Int64, _ reach: Reach = .whole) {
    queues[0].append(frame, time)
    guard reach != .gatewayNever else { return }
    queues[1].append(frame, time + Self.toGateway + wait())
    guard reach != .serverNever else { return }
    queues[2].append(frame, time + Self.toGateway + Self.toServer + 2 * wait())
  }

  /// The answer to what was sent at that time.
  mutating func answer(_ frame: Frame, to time: Int64) {
    let asked = time + Self.toGateway + Self.toServer + 2 * Int64(Self.jitter) + Self.thinking
    queues[5].append(frame, asked)
    queues[4].append(frame, asked + Self.toServer + wait())
    queues[3].append(frame, asked + Self.toServer + Self.toGateway + 2 * wait())
  }

  private mutating func wait() -> Int64 {
    random &+= 1
    return Int64(scramble(random) % Self.jitter)
  }

  /// Writes what has passed the three places up to a time, and tells what came back to the clients.
  mutating func pass(until now: Int64, _ arrived: (Frame) -> Void) throws {
    while let (frame, time) = Self.next(&queues, 0, until: now) {
      try client.append(frame, at: time)
      if !frame.fromClient { arrived(frame) }
    }
    while let (frame, time) = Self.next(&queues, 1, until: now) { try gateway.append(frame, at: time) }
    while let (frame, time) = Self.next(&queues, 2, until: now) { try server.append(frame, at: time) }
  }

  private static func next(
    _ queues: inout [FrameQueue], _ place: Int, until now: Int64
  ) -> (frame: Frame, time: Int64)? {
    let (out, back) = (queues[place].time, queues[place + 3].time)
    guard min(out, back) <= now else { return nil }
    return out <= back ? queues[place].removeFirst() : queues[place + 3].removeFirst()
  }

  mutating func finish() throws {
    try pass(until: .max - 1) { _ in }
    try client.flush()
    try gateway.flush()
    try server.flush()
  }
}

/// Frames in the order of their times: a later one never overtakes.
struct FrameQueue {
  private var frames: [(frame: Frame, time: Int64)] = []
  private var first = 0
  private var last: Int64 = 0

  /// Of the first; never, if there is none.
  var time: Int64 { first < frames.count ? frames[first].time : .max }

  mutating func append(_ frame: Frame, _ time: Int64) {
    last = max(last, time)
    frames.append((frame, last))
  }

  mutating func removeFirst() -> (frame: Frame, time: Int64) {
    let entry = frames[first]
    first += 1
    if first == frames.count {
      frames.removeAll(keepingCapacity: true)
      first = 0
    } else if first >= 4_096 {
      frames.removeSubrange(..<first)
      first = 0
    }
    return entry
  }
}

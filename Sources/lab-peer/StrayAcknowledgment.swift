internal import Glibc

/// Sends one of the server's own acknowledgments again with a sequence number ahead of everything that the client's window allows:
/// to a translator's conntrack it is INVALID, and the translator's own host answers it.
///
/// That RST takes the acknowledgment number as its sequence number, and only an exact one ends the server's connection (RFC 5961,
/// 3.2): so the moment is chosen when the client pauses and everything that it sent is acknowledged.
struct StrayAcknowledgment {
  private let interface: String
  private let port: Int
  private let ahead: UInt32
  private let shots: Int
  private let pause: Duration
  private let lifetime: Duration

  init(_ flags: Flags) throws {
    interface = try flags.text("interface")
    port = try flags.number("port", or: 0)
    ahead = UInt32(clamping: min(try flags.number("ahead", or: 1 << 20), 1 << 29))
    shots = try flags.number("shots", or: 8)
    pause = .milliseconds(try flags.number("every", or: 300))
    lifetime = .seconds(try flags.number("for", or: 20))
  }

  /// How long a client must have said nothing.
  private static let silence = Duration.milliseconds(60)

  /// Says in its last line whether one of the server's connections died of it.
  func run() throws -> Int32 {
    let socket = try PacketSocket(interface: interface, isUnseen: false)
    defer { socket.close() }
    var uploads = Uploads(port: port)
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    let end = ContinuousClock.now + lifetime
    var fired = 0
    var last = ContinuousClock.now - pause
    while ContinuousClock.now < end, fired < shots || ContinuousClock.now < last + pause {
      socket.wait(atMost: .milliseconds(20))
      while let (frame, direction) = socket.next(into: &buffer) {
        if let segment = Segment(frame) { uploads.see(segment, direction) }
      }
      if let dead = uploads.dead {
        LogLine.write("the connection with port \(dead) died of shot \(fired)")
        return 0
      }
      guard fired < shots, ContinuousClock.now >= last + pause,
        let (client, shot, sequence) = uploads.aimed(ahead: ahead, quietFor: Self.silence)
      else { continue }
      try socket.send(shot)
      uploads.targets.insert(client)
      (fired, last) = (fired + 1, .now)
      LogLine.write("shot \(fired) at port \(client): an acknowledgment with sequence \(sequence), ahead of the window")
    }
    LogLine.write("nothing died of \(fired) shots")
    return 0
  }
}

/// The port's connections whose opening was seen, by the client's port.
private struct Uploads {
  private struct Upload {
    let scale: UInt8
    /// One past the last byte that the client has allowed.
    var windowEdge: UInt32?
    var largestWindow: UInt32 = 0
    /// One past the last byte that the client has sent.
    var sent: UInt32
    var lastHeard = ContinuousClock.now
    var acknowledgment: Segment?
    var hasSentData = false
  }

  let port: Int
  private var uploads: [Int: Upload] = [:]
  var targets: Set<Int> = []
  /// The client's port of a connection that was shot at, and whose exact RST has come.
  private(set) var dead: Int?

  init(port: Int) { self.port = port }

  mutating func see(_ segment: Segment, _ direction: PacketSocket.Direction) {
    if direction == .outbound, segment.sourcePort == port {
      guard segment.payloadLength == 0, segment.isPlainAcknowledgment else { return }
      uploads[segment.destinationPort]?.acknowledgment = segment
    } else if direction == .inbound, segment.destinationPort == port {
      seeClient(segment)
    }
  }

  private mutating func seeClient(_ segment: Segment) {
    let client = segment.sourcePort
    if segment.isSYN {
      guard uploads.count < 1024 || uploads[client] != nil else { return }
      uploads[client] = Upload(scale: segment.windowScale ?? 0, sent: segment.sequence &+ 1)
      return
    }
    guard var upload = uploads[client] else { return }
    if segment.isReset {
      if targets.contains(client), segment.sequence == upload.acknowledgment?.acknowledgment { dead = client }
      uploads[client] = nil
      return
    }
    let window = segment.window << UInt32(upload.scale)
    upload.largestWindow = min(max(upload.largestWindow, window), 1 << 28)
    let edge = segment.acknowledgment &+ window
    if upload.windowEdge.map({ edge &- $0 < 1 << 31 }) ?? true { upload.windowEdge = edge }
    if segment.end &- upload.sent < 1 << 31 { upload.sent = segment.end }
    upload.hasSentData = upload.hasSentData || segment.payloadLength > 0
    upload.lastHeard = .now
    uploads[client] = upload
  }

  /// For a connection that rests, with everything acknowledged.
  func aimed(ahead: UInt32, quietFor silence: Duration) -> (client: Int, frame: [UInt8], sequence: UInt32)? {
    for (client, upload) in uploads.sorted(by: { $0.value.lastHeard > $1.value.lastHeard }) {
      guard upload.hasSentData, ContinuousClock.now >= upload.lastHeard + silence,
        ContinuousClock.now < upload.lastHeard + .seconds(1), let edge = upload.windowEdge,
        let acknowledgment = upload.acknowledgment, acknowledgment.acknowledgment == upload.sent
      else { continue }
      // Twice: conntrack may remember a larger window than those seen since we look.
      let sequence = edge &+ upload.largestWindow &* 2 &+ ahead
      return (client, acknowledgment.copy(sequence: sequence, payload: 0), sequence)
    }
    return nil
  }
}

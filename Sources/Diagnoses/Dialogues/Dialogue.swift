internal import CaseModel
internal import Correlation
internal import Wire

/// What two ends said to each other on one connection, message by message, as one vantage shows it.
///
/// A message is what its sender pushed: a stack sets PSH on the last segment of what an application wrote (RFC 9293, 3.9.1.2), and
/// what merges segments (GRO) stops at it.
struct Dialogue {
  struct Message {
    var fromOpener: Bool
    /// Of its first and last byte, from the sender's initial sequence number.
    var start: Int64
    var end: Int64
    /// The frame that brought its first byte, and when its last byte was there, by the vantage's clock.
    var reference: RecordReference
    var time: Int64
    /// All of its frames.
    var frames: [FramePayloads.Frame]
    var bytes: [UInt8] = []
    /// Whether these are all of its bytes.
    var isWhole: Bool = false
  }

  let vantage: Int
  /// In order of time, the opener's first where times are equal.
  var messages: [Message]
  /// Bytes of the acceptor that were never seen here, though later ones were.
  let hasHoles: Bool
  /// When something of the flow was last seen here.
  let last: Int64

  /// Segments that are looked at.
  private static let most = 16_384

  init?(_ story: FlowStory, at vantage: Int) {
    let records = story.tracks[vantage].records
    guard let final = records.last else { return nil }
    self.vantage = vantage
    last = final.time
    let opener = Self.messages(records, vantage, story, fromOpener: true)
    let acceptor = Self.messages(records, vantage, story, fromOpener: false)
    hasHoles = acceptor.hasHoles
    messages = (opener.messages + acceptor.messages).sorted { a, b in
      (a.time, a.fromOpener ? 0 : 1, a.start) < (b.time, b.fromOpener ? 0 : 1, b.start)
    }
    guard !opener.messages.isEmpty else { return nil }
  }

  /// The vantage nearest the accepting end that shows data of the opener.
  static func bestVantage(_ story: FlowStory) -> Int? {
    let path = story.paths.fromOpener
    return story.tracks.indices.filter { story.tracks[$0].records.contains { $0.isFromOpener && $0.length > 0 } }
      .max { a, b in
        let (one, other) = (path.lastIndex { $0.vantage == a } ?? -1, path.lastIndex { $0.vantage == b } ?? -1)
        return (one, b) < (other, a)
      }
  }

  private static func messages(
    _ records: Records, _ vantage: Int, _ story: FlowStory, fromOpener: Bool
  ) -> (messages: [Message], hasHoles: Bool) {
    // In the order of the stream; of what was sent again the first copy counts.
    let data = records.indices.filter {
      records[$0].isFromOpener == fromOpener && records[$0].isSegment && records[$0].length > 0
        && records[$0].flags.isDisjoint(with: [.syn, .rst])
    }.prefix(most).sorted { (records[$0].position, $0) < (records[$1].position, $1) }
    var messages: [Message] = []
    var open: Message?
    var reached: Int64?
    var hasHoles = false
    for index in data {
      let record = records[index]
      let end = record.position &+ Int64(record.length)
      if let reached, end <= reached { continue }
      if let at = reached, record.position > at {
        hasHoles = true
        if let cut = open { messages.append(cut) }
        open = nil
      }
      reached = end
      var message =
        open
        ?? Message(
          fromOpener: fromOpener, start: record.position, end: end,
          reference: RecordReference(vantage: vantage, index: index), time: record.time, frames: [])
      message.end = end
      message.time = max(message.time, record.time)
      message.frames.append(FramePayloads.Frame(record))
      if record.flags.contains(.psh) {
        messages.append(message)
        open = nil
      } else {
        open = message
      }
    }
    if let open { messages.append(open) }
    return (messages, hasHoles)
  }
}

extension Dialogue {
  /// Bytes kept of a message.
  static let kept = 1_024

  /// Fills in what the messages said.
  mutating func fill(_ payloads: FramePayloads) {
    for index in messages.indices {
      var bytes: [UInt8] = []
      for frame in messages[index].frames where bytes.count < Self.kept {
        bytes += payloads.bytes[frame] ?? []
      }
      messages[index].isWhole = Int64(bytes.count) >= messages[index].end &- messages[index].start
      messages[index].bytes = Array(bytes.prefix(Self.kept))
    }
  }

  /// Whether every message was captured to its end, as far as they are kept.
  var isWhole: Bool { messages.allSatisfy { $0.isWhole || $0.bytes.count >= Self.kept } }

  var frames: Set<FramePayloads.Frame> { Set(messages.flatMap { $0.frames.prefix(2) }) }

  /// TLS hides what is a request and what is an answer.
  var isEncrypted: Bool {
    messages.prefix(8).contains { message in
      message.bytes.withUnsafeBytes { bytes in
        var records = TLSRecordHeaders(bytes)
        return records.next() != nil
      }
    }
  }

  /// Cuts messages that came together apart, where a length in each tells where it ends.
  mutating func split() {
    for fromOpener in [true, false] {
      guard let framing = LengthPrefix.learned(from: messages.filter { $0.fromOpener == fromOpener }) else { continue }
      messages = messages.flatMap { $0.fromOpener == fromOpener ? framing.split($0) : [$0] }
    }
  }
}

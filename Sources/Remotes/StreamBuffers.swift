/// The first bytes of a stream, up to a limit; what is beyond is counted as lost.
struct KeptBytes {
  let limit: Int
  private(set) var bytes: [UInt8] = []
  private(set) var isTruncated = false

  init(limit: Int) { self.limit = max(0, limit) }

  mutating func append(_ more: some Collection<UInt8>) {
    let room = limit - bytes.count
    if more.count > room { isTruncated = true }
    bytes += more.prefix(room)
  }
}

/// The last bytes of a stream.
struct StreamTail {
  static let limit = 4 * 1024
  private(set) var bytes: [UInt8] = []

  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func append(_ more: some Collection<UInt8>) {
    bytes += more.suffix(Self.limit)
    if bytes.count > Self.limit { bytes.removeFirst(bytes.count - Self.limit) }
  }
}

/// Cuts a stream into lines.
struct LineBuffer {
  /// No answer of ours is longer; one that is shows that the other side is not what we take it for.
  static let longestLine = 1 << 20
  private var bytes: [UInt8] = []
  private var searched = 0

  var isOverfull: Bool { searched > Self.longestLine }

  mutating func append(_ more: some Sequence<UInt8>) { bytes += more }

  /// The next whole line, without its line feed.
  mutating func next() -> String? {
    guard let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
      searched = bytes.count
      return nil
    }
    let line = String(decoding: bytes[..<end], as: UTF8.self)
    bytes.removeSubrange(...end)
    searched = 0
    return line
  }
}

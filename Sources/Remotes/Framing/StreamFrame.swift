/// What surrounds a command's own output on a stream: what the login shell printed before it, and the status after it.
struct StreamFrame {
  private var banner: BannerFilter?
  private var ending: EndingFilter?
  /// As the end of the stream told it.
  private(set) var status: Int32?

  /// The stream is all the command's own.
  static let none = StreamFrame()
  static let banner = StreamFrame(banner: BannerFilter())
  static let bannerAndEnding = StreamFrame(banner: BannerFilter(), ending: EndingFilter())

  private init(banner: BannerFilter? = nil, ending: EndingFilter? = nil) {
    self.banner = banner
    self.ending = ending
  }

  /// Whether the command itself has begun.
  var hasStarted: Bool { banner?.hasStarted ?? true }

  /// Whether it was the command that spoke, and not a login shell that says more than anybody would listen to.
  var sawMarker: Bool { banner?.sawMarker ?? true }

  mutating func pass(_ bytes: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer) -> Void) {
    if hasStarted, ending == nil { return take(bytes) }
    let own = banner?.pass(bytes) ?? Array(bytes)
    (ending?.pass(own) ?? own).withUnsafeBytes(take)
  }

  /// What was held back, at the end of the stream. Where no command ever began, all of it is what the login shell had to say.
  mutating func end(_ take: (UnsafeRawBufferPointer) -> Void) {
    if !hasStarted { (banner?.flush() ?? []).withUnsafeBytes(take) }
    guard let last = ending?.end() else { return }
    status = last.status
    last.rest.withUnsafeBytes(take)
  }
}

/// One output of a command, as much of it as is wanted.
struct CommandOutput {
  private var frame: StreamFrame
  private var kept: KeptBytes

  init(limit: Int, frame: StreamFrame) {
    kept = KeptBytes(limit: limit)
    self.frame = frame
  }

  var bytes: [UInt8] { kept.bytes }
  var isTruncated: Bool { kept.isTruncated }
  var sawMarker: Bool { frame.sawMarker }
  var status: Int32? { frame.status }

  mutating func take(_ bytes: UnsafeRawBufferPointer) { frame.pass(bytes) { kept.append($0) } }

  mutating func end() { frame.end { kept.append($0) } }
}

/// Reads the frames of a pcap or pcapng file, one after the other, each taken apart.
///
/// Streams in 1 MiB chunks; memory grows to the largest frame that is really there (256 MiB at the most) and with nothing that
/// a header merely claims. A damaged file is read as far as it is good, and `ending` says how far that was.
///
/// ```swift
/// var reader = try CaptureReader(source)
/// var packet = Packet()
/// while reader.next(&packet) { ... }
/// ```
public struct CaptureReader: Sendable {
  /// Captured bytes of one frame beyond which a header is not believed, whatever else the file says.
  static let largestFrame = 256 << 20
  /// What any capture may hold of a frame, also where it claims a smaller limit: the pcap tools' own bound.
  static let customaryFrame = 262_144

  /// In the order of their descriptions, all sections of a pcapng file together. Grows while the file is read.
  public internal(set) var interfaces: [CaptureInterface] = []
  public internal(set) var ending = CaptureEnding.open
  /// Frames given so far.
  public private(set) var frames: UInt32 = 0

  var window: ByteWindow
  var pcap: PcapLayout?
  var section = PcapngSection()
  private var isOpen = true
  private(set) var frameStart = 0
  private(set) var frameLength = 0

  /// - Throws: when not one frame can come of this: the file is empty, compressed, of another format or unreadable.
  public init(_ source: any ByteSource) throws(CaptureFileError) {
    window = ByteWindow(source)
    guard window.holds(4) else { throw Self.tooShort(window) }
    let magic = window.u32(0)
    if magic == PcapngBlock.section {
      try openPcapng()
    } else if let layout = PcapLayout(magic: magic) {
      try openPcap(layout)
    } else {
      throw Self.foreign(magic.bigEndian)
    }
  }

  /// Fills `packet` with the next frame.
  /// - Returns: false at the end, and `packet` is then blank; `ending` tells which end it was.
  public mutating func next(_ packet: inout Packet) -> Bool {
    guard let linkType = step(&packet) else { return false }
    dissectFrame(linkType, &packet)
    return true
  }

  /// The same for who only passes frames on: of `packet` only what is the frame's own is filled, not what its headers say.
  public mutating func nextFrame(_ packet: inout Packet) -> Bool {
    guard let linkType = step(&packet) else { return false }
    // These tell in a header which way the frame went.
    if linkType == .linuxCooked || linkType == .linuxCooked2 { dissectFrame(linkType, &packet) }
    return true
  }

  @inline(__always)
  private mutating func step(_ packet: inout Packet) -> LinkType? {
    packet = Packet()
    guard isOpen else { return nil }
    guard let linkType = pcap != nil ? nextOfPcap(&packet) : nextOfPcapng(&packet) else { return nil }
    frames &+= 1
    packet.frame = frames
    return linkType
  }

  /// Calls `body` with the captured bytes of the packet that `next` gave last; with none before the first and after the last.
  public func withFrame<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try window.buffer.withUnsafeBytes { bytes in
      try body(UnsafeRawBufferPointer(rebasing: bytes[frameStart..<(frameStart + frameLength)]))
    }
  }

  /// Calls `body` with the captured payload of a packet of the last frame, the frame's own or one that it carries; with none for
  /// any other packet.
  public func withPayload<R>(
    of packet: Packet, _ body: (UnsafeRawBufferPointer) throws -> R
  ) rethrows -> R {
    try withFrame { frame in
      let start = min(Int(packet.payloadOffset), frame.count)
      let end = packet.frame == frames ? min(start &+ Int(packet.payloadCaptured), frame.count) : start
      return try body(UnsafeRawBufferPointer(rebasing: frame[start..<end]))
    }
  }
}

extension CaptureReader {
  @inline(__always)
  private func dissectFrame(_ linkType: LinkType, _ packet: inout Packet) {
    dissect(window.buffer.span.bytes.extracting(frameStart..<(frameStart &+ frameLength)), linkType, &packet)
  }

  /// Takes the frame whose `captured` bytes begin `at` bytes after the read position, and moves on to `next` bytes after it.
  @inline(__always)
  mutating func take(_ captured: Int, at: Int, next: Int) {
    frameStart = window.position &+ at
    frameLength = captured
    window.advance(next)
  }

  /// Ends the reading here for a reason, or, without one, because the file is read to its end.
  @inline(never)
  mutating func end(_ says: String? = nil) {
    isOpen = false
    frameLength = 0
    frameStart = 0
    let cause = window.failure.map { "could not be read: \($0)" } ?? says
    ending = cause.map { .damaged(CaptureDamage(offset: window.offset, frame: frames &+ 1, says: $0)) } ?? .complete
  }

  private static func tooShort(_ window: ByteWindow) -> CaptureFileError {
    if let failure = window.failure { return .unreadable(failure) }
    return window.remaining == 0 ? .empty : .notACapture(starts: "only \(window.remaining) bytes")
  }

  func headerCut(_ format: String, needs: Int) -> CaptureFileError {
    if let failure = window.failure { return .unreadable(failure) }
    return .headerCut(format: format, holds: Int(window.remaining), needs: needs)
  }

  private static func foreign(_ start: UInt32) -> CaptureFileError {
    switch start {
    case _ where start >> 16 == 0x1f8b: return .compressed("gzip")
    case 0x28b5_2ffd: return .compressed("zstd")
    case 0xfd37_7a58: return .compressed("xz")
    case _ where start >> 8 == 0x425a68: return .compressed("bzip2")
    default:
      let digits = String(start, radix: 16)
      return .notACapture(starts: String(repeating: "0", count: 8 - digits.utf8.count) + digits)
    }
  }
}

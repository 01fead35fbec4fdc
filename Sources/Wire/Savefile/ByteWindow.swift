/// The stretch of a source that is in memory: read forward in 1 MiB chunks, never mapped (a file cut while it is mapped is a
/// signal, and its pages count as ours), never whole.
struct ByteWindow {
  static let chunk = 1 << 20

  private let source: any ByteSource
  private(set) var buffer: [UInt8]
  /// Index in `buffer` of the next unread byte.
  private(set) var position = 0
  private var filled = 0
  /// Where in the source `buffer` begins.
  private var base: Int64 = 0
  /// What the medium said when it could not be read.
  private(set) var failure: String?

  init(_ source: any ByteSource) {
    self.source = source
    buffer = [UInt8](repeating: 0, count: Int(min(Int64(Self.chunk), max(source.count, 64))))
  }

  /// Where in the source the next unread byte lies.
  var offset: Int64 { base &+ Int64(position) }
  /// Unread bytes, in memory or not.
  var remaining: Int64 { max(0, source.count &- offset) }

  /// Whether the next `count` bytes are (now) in memory. Frames found earlier are gone from it after a `false` or a refill.
  @inline(__always)
  mutating func holds(_ count: Int) -> Bool { filled &- position >= count || refill(count) }

  /// - Precondition: `holds(count)` was true.
  @inline(__always)
  mutating func advance(_ count: Int) { position &+= count }

  /// Passes over bytes that nobody needs, without reading those that are not in memory, but for the last: it must be there.
  /// - Returns: false, and nothing is passed over, where the source ends before.
  mutating func skip(_ count: Int64) -> Bool {
    if count <= Int64(filled &- position) {
      position &+= Int(count)
      return true
    }
    guard count <= remaining, isThere(offset &+ count &- 1) else { return false }
    base = offset &+ count
    position = 0
    filled = 0
    return true
  }

  private mutating func isThere(_ offset: Int64) -> Bool {
    var byte: UInt8 = 0
    do { return try withUnsafeMutableBytes(of: &byte) { try source.read(at: offset, into: $0) } > 0 } catch {
      failure = "\(error)"
      return false
    }
  }

  /// The byte order of the file is given, or is this machine's.
  @inline(__always)
  func u32(_ at: Int, swapped: Bool = false) -> UInt32 {
    let value = buffer.span.bytes.load(position &+ at, as: UInt32.self)
    return swapped ? value.byteSwapped : value
  }

  @inline(__always)
  func u16(_ at: Int, swapped: Bool = false) -> UInt16 {
    let value = buffer.span.bytes.load(position &+ at, as: UInt16.self)
    return swapped ? value.byteSwapped : value
  }

  @inline(never)
  private mutating func refill(_ count: Int) -> Bool {
    guard Int64(count) <= remaining else { return false }
    moveToFront()
    while filled < count {
      // Doubled only as bytes really come: a header that lies about its length buys no memory.
      if filled == buffer.count {
        buffer.append(contentsOf: repeatElement(0, count: min(filled, max(0, count - filled))))
      }
      guard fillOnce() else { return false }
    }
    return true
  }

  private mutating func moveToFront() {
    guard position > 0 else { return }
    let (from, to) = (position, filled)
    buffer.withUnsafeMutableBytes { bytes in
      let unread = UnsafeRawBufferPointer(rebasing: bytes[from..<to])
      bytes.copyMemory(from: unread)
    }
    base &+= Int64(from)
    filled = to - from
    position = 0
  }

  private mutating func fillOnce() -> Bool {
    let (source, at, from) = (source, base &+ Int64(filled), filled)
    do {
      let count = try buffer.withUnsafeMutableBytes { bytes in
        try source.read(at: at, into: UnsafeMutableRawBufferPointer(rebasing: bytes[from...]))
      }
      filled = min(buffer.count, filled + max(0, count))
      return count > 0
    } catch {
      failure = "\(error)"
      return false
    }
  }
}

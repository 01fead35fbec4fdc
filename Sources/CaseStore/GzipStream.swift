internal import CZlib
internal import Wire

/// zlib at one place of one gzip file.
struct GzipStream: ~Copyable {
  private static let chunk = 1 << 16
  /// The largest window there is, and a gzip header round the data.
  private static let windowBits: Int32 = 15 + 16

  /// At one address for as long as zlib knows it.
  private let zlib: UnsafeMutablePointer<z_stream>
  private let input: UnsafeMutableRawBufferPointer
  /// Compressed bytes taken from the file.
  private var taken: Int64 = 0
  /// Inflated bytes given so far.
  private var position: Int64 = 0
  private var isBetweenMembers = false
  /// Of the inflated bytes, once it was reached.
  private(set) var end: Int64?

  init() throws {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let code = inflateInit2_(stream, Self.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else {
      stream.deallocate()
      throw GzipDamage(offset: 0, says: "cannot be inflated for want of memory")
    }
    zlib = stream
    input = .allocate(byteCount: Self.chunk, alignment: 16)
  }

  deinit {
    inflateEnd(zlib)
    zlib.deallocate()
    input.deallocate()
  }

  mutating func read(
    at offset: Int64, into buffer: UnsafeMutableRawBufferPointer, from source: any ByteSource
  ) throws -> Int {
    guard offset >= 0, !buffer.isEmpty else { return 0 }
    if let end, offset >= end { return 0 }
    if offset < position { rewind() }
    guard try skip(to: offset, from: source) else { return 0 }
    return try give(into: buffer, from: source)
  }

  private mutating func rewind() {
    inflateReset(zlib)
    zlib.pointee.avail_in = 0
    (taken, position, isBetweenMembers) = (0, 0, false)
  }

  /// - Returns: false where the data ends before.
  private mutating func skip(to offset: Int64, from source: any ByteSource) throws -> Bool {
    guard position < offset else { return true }
    let unwanted = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunk, alignment: 16)
    defer { unwanted.deallocate() }
    while position < offset {
      let part = UnsafeMutableRawBufferPointer(
        rebasing: unwanted.prefix(Int(min(offset - position, Int64(Self.chunk)))))
      guard try give(into: part, from: source) > 0 else { return false }
    }
    return true
  }

  /// Inflates at least one byte; none only at the end.
  ///
  /// What came before damage is given first: zlib tells of the damage again when it is asked for more.
  private mutating func give(
    into buffer: UnsafeMutableRawBufferPointer, from source: any ByteSource
  ) throws -> Int {
    let room = UInt32(clamping: buffer.count)
    zlib.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    zlib.pointee.avail_out = room
    while zlib.pointee.avail_out == room {
      if zlib.pointee.avail_in == 0 { try take(from: source) }
      if isBetweenMembers, try !beginNextMember(from: source) {
        end = position
        return 0
      }
      let code = inflate(zlib, Z_NO_FLUSH)
      if code == Z_STREAM_END { isBetweenMembers = true }
      guard code == Z_OK || code == Z_STREAM_END || zlib.pointee.avail_out < room else { throw damage(code) }
    }
    let given = Int(room - zlib.pointee.avail_out)
    position += Int64(given)
    return given
  }

  /// Some archivers pad with zeros; anything else that is no gzip member is damage, which zlib finds.
  private mutating func beginNextMember(from source: any ByteSource) throws -> Bool {
    while zlib.pointee.avail_in > 0 {
      guard zlib.pointee.next_in.pointee == 0 else {
        inflateReset(zlib)
        isBetweenMembers = false
        return true
      }
      zlib.pointee.next_in += 1
      zlib.pointee.avail_in -= 1
      if zlib.pointee.avail_in == 0 { try take(from: source) }
    }
    return false
  }

  private mutating func take(from source: any ByteSource) throws {
    let count = min(max(0, try source.read(at: taken, into: input)), input.count)
    taken += Int64(count)
    zlib.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    zlib.pointee.avail_in = UInt32(count)
  }

  private func damage(_ code: Int32) -> GzipDamage {
    let offset = taken - Int64(zlib.pointee.avail_in)
    guard code != Z_BUF_ERROR else { return GzipDamage(offset: offset, says: "is cut off") }
    let says = zlib.pointee.msg.map { String(cString: $0) } ?? "zlib error \(code)"
    return GzipDamage(offset: offset, says: "is damaged (\(says))")
  }
}

// It alone has the pointers to its memory and cannot be copied, and where zlib writes is set anew in every call: whoever has the
// value may use it, on any thread.
extension GzipStream: @unchecked Sendable {}

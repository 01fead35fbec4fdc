/// Where bytes are read from: a file, an inflated archive, an array.
///
/// Reads may come from several threads at once. A read at or past `count` gives 0; a short read is not the end.
public protocol ByteSource: Sendable {
  /// The size in bytes when it was opened. A source that finds out only by reading tells an upper bound until it has read its end.
  var count: Int64 { get }

  /// Copies up to `buffer.count` bytes from `offset` on.
  /// - Returns: how many; 0 only at the end.
  /// - Throws: whatever the medium says; what was read before stays good.
  func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// Bytes in memory.
public struct ByteArraySource: ByteSource {
  public let bytes: [UInt8]
  public init(_ bytes: [UInt8]) { self.bytes = bytes }
  public var count: Int64 { Int64(bytes.count) }

  public func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard offset >= 0, offset < count else { return 0 }
    let part = bytes[Int(offset)..<min(bytes.count, Int(offset) + buffer.count)]
    buffer.copyBytes(from: part)
    return part.count
  }
}

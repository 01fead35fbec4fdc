internal import Synchronization
public import Wire

/// What a gzip file holds (RFC 1952, one member or several), inflated while it is read, in some 170 KB of memory.
///
/// Made for one reader that goes forward: a read before where the last one ended starts again from the file's first byte.
/// Damaged data is given as far as it is good, then a read throws `GzipDamage`.
public final class GzipByteSource: ByteSource {
  private let compressed: any ByteSource
  private let stream: Mutex<GzipStream>

  /// - Throws: `GzipDamage` when there is no memory to inflate with.
  public init(_ compressed: any ByteSource) throws {
    self.compressed = compressed
    stream = Mutex(try GzipStream())
  }

  /// Whether a file begins as every gzip member does.
  public static func isGzip(_ source: any ByteSource) -> Bool {
    var start: [UInt8] = [0, 0]
    let count = try? start.withUnsafeMutableBytes { try source.read(at: 0, into: $0) }
    return count == 2 && start == [0x1f, 0x8b]
  }

  /// Until the end was read, the most that so many compressed bytes can hold.
  public var count: Int64 {
    stream.withLock { $0.end } ?? min(compressed.count, Int64.max / Self.largestRatio) * Self.largestRatio
  }

  public func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    try stream.withLock { try $0.read(at: offset, into: buffer, from: compressed) }
  }

  /// Deflate's own limit: 258 bytes from two bits.
  private static let largestRatio: Int64 = 1_032
}

/// Why no more can be had of a gzip file.
public struct GzipDamage: Error, Hashable, CustomStringConvertible {
  /// Compressed bytes that were good, or nearly so.
  public let offset: Int64
  public let says: String

  /// `its gzip data is cut off after 812 bytes`.
  public var description: String { "its gzip data \(says) after \(offset) bytes" }
}

/// Where bytes are written to, in order: a file, an array, nowhere.
public protocol ByteSink {
  /// - Throws: whatever the medium says (a full disk, a closed pipe).
  mutating func write(_ bytes: UnsafeRawBufferPointer) throws
}

/// Bytes gathered in memory.
public struct ByteArraySink: ByteSink {
  public private(set) var bytes: [UInt8] = []
  public init() {}
  public mutating func write(_ bytes: UnsafeRawBufferPointer) throws { self.bytes.append(contentsOf: bytes) }
}

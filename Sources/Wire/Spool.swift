/// Where records wait that are too many for memory: written once, in pieces, and read back later in any order.
public protocol Spool: Sendable {
  /// A new, empty file; gone when nobody holds it any more.
  /// - Throws: when there is no room for it.
  func makeFile() throws -> any SpoolFile
}

/// One file of a spool. Pieces may be appended and read by several threads at once.
public protocol SpoolFile: Sendable {
  /// Bytes appended so far.
  var count: Int64 { get }

  /// - Returns: where the piece begins.
  /// - Throws: when the medium is full or fails.
  func append(_ piece: UnsafeRawBufferPointer) throws -> Int64

  /// Fills the buffer from one piece.
  /// - Throws: when the medium fails, or does not hold as much there.
  func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws

  /// What was appended from the start on, to be read as if it were in memory; nothing is appended any more.
  /// - Throws: when the medium does not hold as much, or fails.
  func map(_ count: Int) throws -> any SpoolMemory
}

extension SpoolFile {
  /// What was appended from the start on, to be read as if it were in memory.
  /// - Throws: when the medium does not hold as much.
  public func map(_ count: Int) throws -> any SpoolMemory {
    let memory = PlainMemory(count)
    try read(at: 0, into: UnsafeMutableRawBufferPointer(start: memory.bytes, count: count))
    return memory
  }
}

/// A stretch of a spool's file that reads like memory. Nobody writes to it, so that any thread may read.
public protocol SpoolMemory: AnyObject, Sendable {
  /// Valid as long as the object lives.
  var base: UnsafeRawPointer { get }
}

/// Where a medium cannot be mapped.
private final class PlainMemory: SpoolMemory {
  // Written before anyone else knows of it, only read afterwards.
  nonisolated(unsafe) let bytes: UnsafeMutableRawPointer

  init(_ count: Int) { bytes = .allocate(byteCount: max(1, count), alignment: 16) }
  deinit { bytes.deallocate() }

  var base: UnsafeRawPointer { UnsafeRawPointer(bytes) }
}

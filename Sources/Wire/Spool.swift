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
}

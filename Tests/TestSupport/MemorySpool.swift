internal import Synchronization
public import Wire

/// A spool in memory, for the small cases of tests.
public struct MemorySpool: Spool {
  public init() {}
  public func makeFile() -> any SpoolFile { MemorySpoolFile() }
}

private final class MemorySpoolFile: SpoolFile {
  private let bytes = Mutex<[UInt8]>([])

  var count: Int64 { bytes.withLock { Int64($0.count) } }

  func append(_ piece: UnsafeRawBufferPointer) -> Int64 {
    bytes.withLock { bytes in
      defer { bytes.append(contentsOf: piece) }
      return Int64(bytes.count)
    }
  }

  func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws {
    try bytes.withLock { bytes in
      guard offset >= 0, offset + Int64(buffer.count) <= bytes.count else { throw Missing() }
      buffer.copyBytes(from: bytes[Int(offset)..<(Int(offset) + buffer.count)])
    }
  }

  private struct Missing: Error, CustomStringConvertible {
    let description = "what was to be read back was never written"
  }
}

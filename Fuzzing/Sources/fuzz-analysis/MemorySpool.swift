internal import Synchronization
internal import Wire

/// Records that wait, in memory: no input is large enough to need more.
struct MemorySpool: Spool {
  func makeFile() -> any SpoolFile { MemorySpoolFile() }
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

  private struct Missing: Error {}
}

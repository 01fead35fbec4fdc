internal import Synchronization
public import Wire

/// A spool in memory, for the small cases of tests.
public struct MemorySpool: Spool {
  public init() {}
  public func makeFile() -> any SpoolFile { MemorySpoolFile() }
}

private final class MemorySpoolFile: SpoolFile {
  private struct Pieces {
    var starts: [Int64] = []
    var bytes: [[UInt8]] = []
    var end: Int64 = 0
  }

  struct Short: Error, CustomStringConvertible {
    let description = "what was to be read back was never written"
  }

  private let pieces = Mutex(Pieces())

  func append(_ piece: UnsafeRawBufferPointer) -> Int64 {
    let bytes = Array(piece)
    return pieces.withLock { pieces in
      let start = pieces.end
      pieces.starts.append(start)
      pieces.bytes.append(bytes)
      pieces.end += Int64(bytes.count)
      return start
    }
  }

  func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws {
    guard !buffer.isEmpty else { return }
    let found = pieces.withLock { pieces -> (start: Int64, bytes: [UInt8])? in
      var (low, high) = (0, pieces.starts.count)
      while low < high {
        let middle = (low + high) / 2
        if pieces.starts[middle] <= offset { low = middle + 1 } else { high = middle }
      }
      return low > 0 ? (pieces.starts[low - 1], pieces.bytes[low - 1]) : nil
    }
    guard let found, Int64(found.bytes.count) >= offset - found.start + Int64(buffer.count) else { throw Short() }
    let from = Int(offset - found.start)
    buffer.copyBytes(from: found.bytes[from..<from + buffer.count])
  }
}

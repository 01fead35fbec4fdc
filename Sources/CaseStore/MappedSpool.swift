internal import Dispatch
internal import Glibc
internal import Synchronization
internal import SystemPackage
internal import Wire

/// A spool's file that reads like memory. All of it was written before, so that reading finds what was there: nobody else can cut a
/// file without a name.
final class MappedSpool: SpoolMemory {
  // The pages never change.
  nonisolated(unsafe) private let start: UnsafeMutableRawPointer
  private let count: Int

  /// - Returns: nil when the kernel will not; `errno` says why.
  init?(descriptor: Int32, count: Int) {
    guard let start = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED else { return nil }
    self.start = start
    self.count = count
    LookedAt.add(start, count)
  }

  deinit {
    LookedAt.remove(start)
    munmap(start, count)
  }

  var base: UnsafeRawPointer { UnsafeRawPointer(start) }
}

/// What was looked at of mapped files counts as memory of ours until somebody else needs it. Passes over them look at each page a few
/// times within a moment: what has come together after that goes back to the kernel's cache.
private enum LookedAt {
  private struct Mappings {
    /// Bytes by address.
    var counts: [UInt: Int] = [:]
    var isWatched = false
  }

  private static let mappings = Mutex(Mappings())
  /// A queue of its own has a thread while all cores are busy.
  private static let queue = DispatchQueue(label: "stakeout.spool")
  /// A pass that only samples brings in some ten megabytes in a millisecond.
  private static let moment = DispatchTimeInterval.milliseconds(4)
  /// Bytes of files, the program's own among them, that may be in memory.
  private static let most = 96 << 20

  static func add(_ start: UnsafeMutableRawPointer, _ count: Int) {
    let isFirst = mappings.withLock { mappings in
      mappings.counts[UInt(bitPattern: start)] = count
      defer { mappings.isWatched = true }
      return !mappings.isWatched
    }
    if isFirst { letGoLater() }
  }

  static func remove(_ start: UnsafeMutableRawPointer) {
    mappings.withLock { _ = $0.counts.removeValue(forKey: UInt(bitPattern: start)) }
  }

  private static func letGoLater() {
    queue.asyncAfter(deadline: .now() + moment) {
      let isMuch = inMemory.map { $0 > most } ?? true
      let isWatched = mappings.withLock { mappings in
        for (start, count) in mappings.counts where isMuch {
          madvise(UnsafeMutableRawPointer(bitPattern: start), count, MADV_DONTNEED)
        }
        mappings.isWatched = !mappings.counts.isEmpty
        return mappings.isWatched
      }
      if isWatched { letGoLater() }
    }
  }

  /// Bytes of files; nil where the kernel does not tell (`proc_pid_statm(5)`).
  private static var inMemory: Int? {
    guard let file = try? FileDescriptor.open("/proc/self/statm", .readOnly) else { return nil }
    defer { try? file.close() }
    var text = [UInt8](repeating: 0, count: 128)
    guard let count = try? text.withUnsafeMutableBytes({ try file.read(into: $0) }) else { return nil }
    let fields = text.prefix(count).split(separator: UInt8(ascii: " "))
    return fields.count > 2 ? Int(String(decoding: fields[2], as: UTF8.self)).map { $0 * Int(getpagesize()) } : nil
  }
}

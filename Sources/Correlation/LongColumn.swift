internal import Wire

/// A long column in a spool, read as if it were in memory.
struct LongColumn<Element: BitwiseCopyable & Sendable>: Sendable {
  private let memory: any SpoolMemory
  // Nobody writes there; valid for as long as `memory` lives, and so does this.
  nonisolated(unsafe) private let base: UnsafePointer<Element>
  let count: Int

  /// More elements than this are not taken into memory at once.
  static var worthwhile: Int { 1 << 18 }

  /// - Parameter file: holds the elements, and nothing else.
  /// - Throws: what the spool throws.
  init(_ file: any SpoolFile, count: Int) throws {
    memory = try file.map(count * MemoryLayout<Element>.stride)
    base = memory.base.assumingMemoryBound(to: Element.self)
    self.count = count
  }

  @inline(__always)
  subscript(index: Int) -> Element {
    precondition(index >= 0 && index < count)
    return base[index]
  }
}

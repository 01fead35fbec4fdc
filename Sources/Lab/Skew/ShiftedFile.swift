internal import Glibc
internal import SystemPackage

/// A file on disk in which every instant is told by a skewed clock: captures by their frames, anything else as text.
struct ShiftedFile {
  private let skew: ClockSkew

  init(_ skew: ClockSkew) { self.skew = skew }

  /// Rewrites the file in place; its length stays.
  /// - Returns: its length in bytes.
  /// - Throws: `Errno`.
  func shift(_ path: String) throws -> Int64 {
    let file = try FileDescriptor.open(FilePath(path), .readWrite, options: [.closeOnExec])
    defer { try? file.close() }
    let length = try file.seek(offset: 0, from: .end)
    guard length > 0 else { return 0 }
    guard let start = mmap(nil, Int(length), PROT_READ | PROT_WRITE, MAP_SHARED, file.rawValue, 0), start != MAP_FAILED
    else { throw Errno(rawValue: errno) }
    defer { munmap(start, Int(length)) }
    let bytes = UnsafeMutableRawBufferPointer(start: start, count: Int(length))
    if !ShiftedCapture(skew).shift(in: bytes) { ShiftedText(skew).shift(in: bytes) }
    return length
  }
}

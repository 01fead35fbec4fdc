internal import Glibc
internal import SystemPackage

/// Files that are there whole or not at all.
public enum AtomicFile {
  /// Writes beside, then renames over; mode 0600.
  /// - Throws: `Errno`; the old file, if any, is then still as it was.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    let temporary = path + ".part"
    let file = try FileDescriptor.open(
      FilePath(temporary), .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .ownerReadWrite)
    do {
      try file.writeAll(bytes)
      try file.close()
    } catch {
      try? file.close()
      unlink(temporary)
      throw error
    }
    guard rename(temporary, path) == 0 else { throw Errno(rawValue: errno) }
  }

  /// - Throws: `Errno` when it cannot be read.
  public static func read(_ path: String) throws -> [UInt8] {
    let source = try FileByteSource(path: path)
    var bytes = [UInt8](repeating: 0, count: Int(source.count))
    var filled = 0
    while filled < bytes.count {
      let count = try bytes.withUnsafeMutableBytes {
        try source.read(at: Int64(filled), into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
      }
      guard count > 0 else { break }
      filled += count
    }
    return Array(bytes.prefix(filled))
  }
}

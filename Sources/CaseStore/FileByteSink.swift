internal import Glibc
internal import SystemPackage
public import Wire

/// A file written from its start, with mode 0600, and complete only when `finish` returned.
public struct FileByteSink: ByteSink {
  private let file: FileDescriptor

  /// Creates or empties the file.
  /// - Throws: `Errno`.
  public init(path: String) throws {
    file = try FileDescriptor.open(
      FilePath(path), .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .ownerReadWrite)
    // What was there keeps its own mode, which may let everybody read.
    var status = stat()
    if fstat(file.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 != 0 {
      guard fchmod(file.rawValue, 0o600) == 0 else { throw Errno(rawValue: errno) }
    }
  }

  public mutating func write(_ bytes: UnsafeRawBufferPointer) throws { try file.writeAll(bytes) }

  /// Closes the file; nothing may be written afterwards.
  /// - Throws: `Errno` when the last bytes did not reach the disk.
  public func finish() throws { try file.close() }
}

internal import SystemPackage
public import Wire

/// A file, read in place by offset. Never mapped: a file cut short while mapped would end the process.
public final class FileByteSource: ByteSource {
  private let file: FileDescriptor
  public let count: Int64

  /// - Throws: `Errno` when it cannot be opened; a folder or a device is refused as "not a regular file" would be by `EINVAL`.
  public init(path: String) throws {
    file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec])
    do {
      count = try file.seek(offset: 0, from: .end)
    } catch {
      try? file.close()
      throw error
    }
  }

  deinit { try? file.close() }

  public func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    try file.read(fromAbsoluteOffset: offset, into: buffer)
  }
}

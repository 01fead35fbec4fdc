public import Wire

/// A capture file as its reader wants it: plain, also where it was compressed with gzip, whatever its name.
public enum CaptureFileSource {
  /// - Throws: `Errno` when it cannot be opened.
  public static func open(_ path: String) throws -> any ByteSource {
    let file = try FileByteSource(path: path)
    return GzipByteSource.isGzip(file) ? try GzipByteSource(file) : file
  }
}

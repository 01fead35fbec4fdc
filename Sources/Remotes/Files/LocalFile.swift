internal import CaseModel
internal import Glibc

/// A file of the controller while it is being fetched: under a name of its own until it is whole and the host has said what it
/// should be. What came of a fetch that broke off stays there, and the next one goes on behind it.
struct LocalFile: ~Copyable {
  /// 1 MiB: below, SFTP loses half its speed to round trips.
  static let chunk = 1 << 20

  let path: String
  /// Bytes that earlier fetches brought.
  let begun: Int64
  private let partial: String
  private let descriptor: Int32
  private var isKept = false

  /// - Parameter piece: an earlier fetch counts in whole pieces of so many bytes.
  init(continuing path: String, piece: Int64 = 1) throws(Failure) {
    let partial = FetchedFile.partial(path)
    let opened = open(partial, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw .localFile(path, errno) }
    let size = Int64(lseek(opened, 0, SEEK_END))
    let whole = max(0, size - size % piece)
    guard whole == size || ftruncate(opened, off_t(whole)) == 0, lseek(opened, off_t(whole), SEEK_SET) >= 0 else {
      let status = errno
      close(opened)
      throw .localFile(path, status)
    }
    self.path = path
    self.partial = partial
    descriptor = opened
    begun = whole
  }

  deinit {
    if !isKept, lseek(descriptor, 0, SEEK_END) <= 0 { unlink(partial) }
    close(descriptor)
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    var rest = bytes
    while !rest.isEmpty {
      let count = write(descriptor, rest.baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .localFile(path, errno) }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  func append(_ bytes: [UInt8]) throws(Failure) {
    let result: Result<Void, Failure> = bytes.withUnsafeBytes { bytes in
      do throws(Failure) { return .success(try append(bytes)) } catch { return .failure(error) }
    }
    try result.get()
  }

  /// Bytes that are in it.
  var size: Int64 {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int64(status.st_size) : 0
  }

  consuming func keep() throws(Failure) {
    guard rename(partial, path) == 0 else { throw .localFile(path, errno) }
    isKept = true
  }
}

extension LocalFile {
  /// What every fetch is: the bytes that are still missing, then what the host says that they should be.
  nonisolated(nonsending) static func fetch(
    _ path: String, to local: String, piece: Int64 = 1, on remote: some Remote,
    copy: (borrowing LocalFile) async throws(Failure) -> Void
  ) async throws(Failure) -> SourceFile {
    let target = try LocalFile(continuing: local, piece: piece)
    try await copy(target)
    let source = try await FileDigest(path: path, bytes: target.size).run(on: remote)
    try target.keep()
    return source
  }
}

/// Where a file lies while it is being fetched.
public enum FetchedFile {
  /// What has come so far of a file that is to be at `path`.
  public static func partial(_ path: String) -> String { path + ".part" }
}

extension Failure {
  fileprivate static func localFile(_ path: String, _ status: Int32) -> Failure {
    Failure("local-file", what: "could not write `\(path)`", cause: String(cString: strerror(status)))
  }

  static func couldNotFetch(_ path: String, _ host: HostName, _ cause: String, code: String = "fetch") -> Failure {
    Failure(
      code, host: host, what: "could not fetch `\(path)` from \(host)", cause: cause,
      left: "the file on \(host) was not touched")
  }
}

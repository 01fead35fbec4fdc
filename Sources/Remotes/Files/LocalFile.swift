internal import CaseModel
internal import Glibc

/// A file of the controller while it is being fetched: under a name of its own until it is whole, and gone if it never is.
struct LocalFile: ~Copyable {
  /// 1 MiB: below, SFTP loses half its speed to round trips.
  static let chunk = 1 << 20

  let path: String
  private let partial: String
  private let descriptor: Int32
  private var isKept = false

  init(creating path: String) throws(Failure) {
    self.path = path
    partial = path + ".part"
    unlink(partial)
    descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .localFile(path, errno) }
  }

  deinit {
    close(descriptor)
    if !isKept { unlink(partial) }
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

  consuming func keep() throws(Failure) {
    guard rename(partial, path) == 0 else { throw .localFile(path, errno) }
    isKept = true
  }
}

extension Failure {
  fileprivate static func localFile(_ path: String, _ status: Int32) -> Failure {
    Failure("local-file", what: "could not write `\(path)`", cause: String(cString: strerror(status)))
  }

  static func couldNotFetch(_ path: String, _ host: HostName, _ cause: String) -> Failure {
    Failure(
      "fetch", host: host, what: "could not fetch `\(path)` from \(host)", cause: cause,
      left: "the file on \(host) was not touched")
  }
}

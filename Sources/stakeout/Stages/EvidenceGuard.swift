internal import CaseModel
internal import Glibc

/// Captures are not written over, whatever name they are given.
enum EvidenceGuard {
  /// - Throws: a `Failure` when `path` leads to one of these files.
  static func require(_ path: String, isNoneOf captures: [String]) throws(Failure) {
    guard let own = identity(path), let capture = captures.first(where: { identity($0) == own }) else { return }
    throw Failure(
      "is-evidence", what: "could not write the merged capture to `\(path)`", cause: "that is the capture `\(capture)`",
      left: "it is as it was", hint: "name another file")
  }

  /// nil where there is no such file.
  private static func identity(_ path: String) -> [UInt64]? {
    var status = stat()
    return stat(path, &status) == 0 ? [UInt64(status.st_dev), UInt64(status.st_ino)] : nil
  }
}

internal import CaseModel
internal import CaseStore
internal import Wire

/// The TLS keys that a run collected. They leave the case only where somebody asks for them.
struct CaseKeys {
  let folder: CaseFolder

  init(_ folder: CaseFolder) { self.folder = folder }

  /// - Throws: a `Failure` when there are none, when a file cannot be read, and when they are too many.
  func log() throws(Failure) -> TLSKeyLog {
    let files = folder.files(under: "hosts").filter(CasePath.isKeys)
    var log = TLSKeyLog()
    for file in files {
      guard log.add(try folder.read(file)) else {
        throw Failure(
          "tls-keys", what: "could not put the keys of `\(file)` into the capture",
          cause: "all keys together are more than \(TLSKeyLog.most >> 20) MB",
          left: "nothing was written", hint: "give Wireshark the file itself: `-o tls.keylog_file:\(file)`")
      }
    }
    guard log.count > 0 else {
      throw Failure(
        "no-tls-keys", what: "could not export the keys of `\(folder.path)`",
        cause: files.isEmpty
          ? "the case holds none" : "no line of \(files.map { "`\($0)`" }.joined(separator: ", ")) is a key",
        left: "nothing was written", hint: "a playbook's `tls-keys` copies an SSLKEYLOGFILE from a host")
    }
    return log
  }
}

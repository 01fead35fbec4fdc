internal import CaseModel
internal import CaseStore

/// A document that people go on writing in: once edited it is never overwritten, the new one stands beside it.
struct Postmortem {
  let path: String
  /// Where the new one goes when a person has edited the old.
  let newPath: String
  /// Holds the hash of the document as we last wrote it.
  private let seal: String

  static let markdown = Postmortem(
    path: CasePath.postmortem, newPath: CasePath.newPostmortem, seal: "analysis/postmortem.sha256")
  static let page = Postmortem(
    path: CasePath.postmortemPage, newPath: CasePath.newPostmortemPage, seal: "analysis/postmortem.html.sha256")

  /// - Returns: where it was written, as the user will see it.
  /// - Throws: a `Failure` naming the file.
  func write(_ bytes: [UInt8], in folder: CaseFolder) throws(Failure) -> String {
    let wasEdited = folder.exists(path) && !isOurs(folder)
    let path = wasEdited ? newPath : path
    try folder.write(bytes, to: path)
    if !wasEdited { try folder.write(Array(SHA256.hex(of: bytes).utf8), to: seal) }
    return folder.location(path)
  }

  private func isOurs(_ folder: CaseFolder) -> Bool {
    guard let seal = try? folder.read(seal), let bytes = try? folder.read(path) else { return false }
    return String(decoding: seal, as: UTF8.self) == SHA256.hex(of: bytes)
  }
}

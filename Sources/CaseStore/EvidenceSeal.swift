public import CaseModel

/// `manifest.sha256`: the hash of every evidence file, as `sha256sum -c` reads it.
extension CaseFolder {
  /// Hashes what was collected; called once, when the hosts have been left.
  public func sealEvidence() throws(Failure) {
    let kept = [CasePath.playbook, CasePath.inventory, CasePath.plan, CasePath.journal, CasePath.before].filter(exists)
    var lines = ""
    let collected = files(under: "hosts").filter { !$0.hasSuffix(".sha256") }
    for path in (kept + collected).sorted() {
      do { lines += "\(try SHA256.hex(ofFile: location(path)))  \(path)\n" } catch {
        throw Failure("case-folder", what: "could not hash `\(location(path))`", cause: "\(error)")
      }
    }
    try write(Array(lines.utf8), to: CasePath.hashes)
  }

  /// What `manifest.sha256` says, by path; empty while the case is not sealed.
  public func hashes() -> [String: String] {
    guard let bytes = try? read(CasePath.hashes) else { return [:] }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    return Dictionary(
      lines.compactMap { line in
        let words = line.split(separator: " ", maxSplits: 1)
        return words.count == 2 ? (String(words[1].drop { $0 == " " }), String(words[0])) : nil
      }, uniquingKeysWith: { first, _ in first })
  }
}

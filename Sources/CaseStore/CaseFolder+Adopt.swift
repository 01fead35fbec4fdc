public import CaseModel
internal import SystemPackage

extension CaseFolder {
  /// Makes a case of captures that somebody took by hand: copies, hashes, and a manifest, so that it can be judged again.
  /// - Throws: a `Failure` when the folder holds a case already, or a copy fails.
  public static func adopt(_ foreign: ForeignCase, path: String) throws(Failure) -> CaseFolder {
    let folder = CaseFolder(path: path)
    guard !folder.exists(CasePath.manifest) else {
      throw Failure(
        "case-folder", what: "could not make a case of the captures in `\(path)`", cause: "it holds a case already",
        left: "that case is as it was", hint: "name another folder with -o")
    }
    for file in foreign.paths { try folder.copy(foreign.cited(file), to: file) }
    try folder.save(foreign.manifest)
    try folder.sealEvidence()
    return folder
  }

  private func copy(_ original: String, to path: String) throws(Failure) {
    if let slash = path.lastIndex(of: "/") { try makeFolder(String(path[..<slash])) }
    do {
      let source = try FileByteSource(path: original)
      var sink = try FileByteSink(path: location(path))
      try withUnsafeTemporaryAllocation(byteCount: 1 << 20, alignment: 16) { buffer in
        var offset: Int64 = 0
        while case let count = try source.read(at: offset, into: buffer), count > 0 {
          try sink.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
          offset += Int64(count)
        }
      }
      try sink.finish()
    } catch {
      throw Failure(
        "case-folder", what: "could not copy `\(original)` to `\(location(path))`", cause: "\(error)".lowercased(),
        left: "the original is as it was")
    }
  }
}

public import CaseModel
internal import Glibc
internal import SystemPackage

/// A case on disk: 0700, files 0600, evidence written once.
public struct CaseFolder: Sendable {
  /// As the user will see it.
  public let path: String

  public init(path: String) { self.path = path }

  /// Makes `ROOT/ID` and points `ROOT/latest` at it.
  /// - Throws: a `Failure` naming the folder.
  public static func create(root: String, id: CaseID) throws(Failure) -> CaseFolder {
    let folder = CaseFolder(path: "\(root)/\(id)")
    guard !folder.exists("") else {
      throw Failure(
        "case-folder", what: "could not make case `\(folder.path)`", cause: "there is one of that name",
        hint: "another run began in the same second: start this one again")
    }
    try folder.makeFolder("")
    let link = "\(root)/latest"
    unlink(link)
    symlink(id.text, link)
    return folder
  }

  /// An existing case: a folder that holds `case.json`.
  /// - Throws: a `Failure` when it is not one.
  public static func open(_ path: String) throws(Failure) -> CaseFolder {
    let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    let folder = CaseFolder(path: trimmed)
    guard access(folder.location(CasePath.manifest), R_OK) == 0 else {
      throw Failure(
        "no-case", what: "could not open case `\(path)`",
        cause: "there is no readable `\(CasePath.manifest)` in it (\(Errno(rawValue: errno)))",
        hint:
          "`stakeout list cases` shows the cases in this folder; captures taken by hand are named one by one: "
          + "`stakeout analyze --capture client=c.pcap`")
    }
    return folder
  }

  /// Where a path of the case's layout lies on this machine.
  public func location(_ path: String) -> String { path.isEmpty ? self.path : "\(self.path)/\(path)" }

  public func exists(_ path: String) -> Bool { access(location(path), F_OK) == 0 }

  /// Makes a folder of the case and those above it.
  /// - Throws: a `Failure` naming it.
  public func makeFolder(_ path: String) throws(Failure) {
    var made = ""
    for component in location(path).split(separator: "/", omittingEmptySubsequences: false) {
      made += made.isEmpty && component.isEmpty ? "/" : made.isEmpty || made == "/" ? component : "/\(component)"
      guard !component.isEmpty, mkdir(made, 0o700) != 0, errno != EEXIST else { continue }
      throw failure("could not make folder `\(made)`", Errno(rawValue: errno))
    }
  }

  /// Writes a file whole, making its folder.
  /// - Throws: a `Failure` naming it; an older file is then still as it was.
  public func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    if let slash = path.lastIndex(of: "/") { try makeFolder(String(path[..<slash])) }
    do { try AtomicFile.write(bytes, to: location(path)) } catch {
      throw failure("could not write `\(location(path))`", error)
    }
  }

  /// - Throws: a `Failure` naming it.
  public func read(_ path: String) throws(Failure) -> [UInt8] {
    do { return try AtomicFile.read(location(path)) } catch {
      throw failure("could not read `\(location(path))`", error)
    }
  }

  /// - Throws: a `Failure` when `case.json` is not there or is not one.
  public func manifest() throws(Failure) -> Manifest {
    let bytes = try read(CasePath.manifest)
    do { return try JSONText.decode(Manifest.self, from: bytes) } catch {
      throw failure("could not read `\(location(CasePath.manifest))`", error)
    }
  }

  /// Measures of the case that this one is compared with; nil where it is compared with none.
  /// - Throws: a `Failure` where there are some that cannot be read.
  public func measuresBefore() throws(Failure) -> CaseMeasures? {
    guard exists(CasePath.before) else { return nil }
    let bytes = try read(CasePath.before)
    do { return try JSONText.decode(CaseMeasures.self, from: bytes) } catch {
      throw failure("could not read `\(location(CasePath.before))`", error)
    }
  }

  /// Replaces `case.json`, the only file of a case that changes while it runs.
  public func save(_ manifest: Manifest) throws(Failure) {
    try write(encoded(manifest), to: CasePath.manifest)
  }

  /// A document as the case stores it.
  public func encoded(_ document: some Encodable) throws(Failure) -> [UInt8] {
    do { return try JSONText.document(document) } catch { throw failure("could not write a document", error) }
  }

  private func failure(_ what: String, _ error: any Error) -> Failure {
    Failure("case-folder", what: what, cause: "\(error)", hint: "look at the disk's free space and the folder's owner")
  }
}

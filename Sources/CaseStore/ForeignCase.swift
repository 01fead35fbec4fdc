public import CaseModel
internal import FoundationEssentials
internal import Glibc
internal import SystemPackage
public import Wire

/// Captures and command outputs that somebody took by hand, as the same manifest and file tree that a case folder gives.
///
/// Nothing is copied or written: `cited` tells each file's own path.
public struct ForeignCase: FileTree {
  public let manifest: Manifest
  public let paths: [String]
  private let originals: [String: String]

  /// `--capture NAME[@HOST]=FILE`, split.
  public struct CaptureArgument: Hashable, Sendable {
    public var vantage: VantageName
    /// Captures of one host share its clock; without it the name alone is a host of its own.
    public var host: HostName?
    public var file: String

    public init(vantage: VantageName, host: HostName?, file: String) {
      self.vantage = vantage
      self.host = host
      self.file = file
    }
  }

  /// - Parameter evidence: `--evidence NAME=DIR`, where NAME is a capture (for its namespace) or a host.
  /// - Throws: a `Failure` for a file or folder that is not there, and for a name that no capture has.
  public init(
    captures: [CaptureArgument], roles: [VantageName: [RoleName]] = [:],
    evidence: [(name: String, folder: String)] = [],
    lookFor: [String: String] = [:], id: CaseID = "foreign"
  ) throws(Failure) {
    var originals: [String: String] = [:]
    var records: [CaptureRecord] = []
    for argument in captures {
      try ForeignCase.require(argument.file, of: "--capture \(argument.vantage)")
      let host = argument.host ?? HostName(argument.vantage.text)
      let index = records.firstIndex { $0.vantage == argument.vantage } ?? records.endIndex
      if index == records.endIndex {
        records.append(
          CaptureRecord(vantage: argument.vantage, files: [], host: host, roles: roles[argument.vantage] ?? []))
      }
      let number = records[index].files.count
      let path = CasePath.capture(host, .host, argument.vantage) + (number == 0 ? "" : ".\(number)")
      records[index].files.append(path)
      originals[path] = argument.file
    }
    if let unknown = roles.keys.sorted().first(where: { name in !records.contains { $0.vantage == name } }) {
      throw Failure(
        "unknown-capture", what: "could not give `\(unknown)` a role", cause: "no capture has that name",
        hint: "the captures are \(records.map { "`\($0.vantage)`" }.joined(separator: ", "))")
    }
    for (name, folder) in evidence {
      let capture = records.first { $0.vantage.text == name }
      originals.merge(try ForeignCase.texts(folder, host: capture?.host ?? HostName(name), name: name)) { _, new in new
      }
    }
    self.originals = originals
    paths = originals.keys.sorted()
    manifest = ForeignCase.manifest(id, records, evidence.map(\.name), lookFor)
  }

  public func cited(_ path: String) -> String { originals[path] ?? path }
  public func open(_ path: String) throws -> any ByteSource {
    let original = originals[path] ?? path
    return CasePath.isCapture(path) ? try CaptureFileSource.open(original) : try FileByteSource(path: original)
  }

  private static func manifest(
    _ id: CaseID, _ records: [CaptureRecord], _ evidence: [String], _ lookFor: [String: String]
  ) -> Manifest {
    var hosts: [HostRecord] = []
    let named =
      records.map { ($0.host, $0.roles) }
      + evidence.filter { name in !records.contains { $0.vantage.text == name } }.map { (HostName($0), []) }
    for (host, roles) in named {
      if let index = hosts.firstIndex(where: { $0.name == host }) {
        hosts[index].roles += roles.filter { !hosts[index].roles.contains($0) }
      } else {
        hosts.append(HostRecord(name: host, roles: roles))
      }
    }
    return Manifest(
      id: id, tool: Tool.name, state: .complete, hosts: hosts, captures: records, lookFor: lookFor)
  }

  private static func require(_ file: String, of option: String) throws(Failure) {
    var status = stat()
    let isThere = stat(file, &status) == 0
    let cause = isThere ? "it is a folder" : "\(Errno(rawValue: errno))"
    guard isThere, status.st_mode & S_IFMT != S_IFDIR else {
      throw Failure("no-file", what: "could not read `\(file)` (\(option))", cause: cause.lowercased())
    }
  }

  private static func texts(_ folder: String, host: HostName, name: String) throws(Failure) -> [String: String] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw Failure(
        "no-folder", what: "could not read `\(folder)` (--evidence \(name))", cause: "there is no such folder",
        hint: "it holds text files such as `before_nstat.txt` and `after_sysctl.txt`")
    }
    let texts = names.filter { $0.hasSuffix(".txt") }
    return Dictionary(
      uniqueKeysWithValues: texts.map { ("\(CasePath.folder(host, .host))/checks/\($0)", "\(folder)/\($0)") })
  }
}

internal import CaseModel
internal import FoundationEssentials
internal import Glibc

/// The playbooks that come with Stakeout, where a checkout or an installation has them.
enum ShippedPlaybook {
  /// The path of `NAME.yaml`: in `Playbooks/` of this folder, or of a folder above the program.
  static func path(_ name: String) throws(Failure) -> String {
    if let path = find(name) { return path }
    throw Failure(
      "no-text", what: "could not find the playbook `\(Self.name(name)).yaml`",
      cause: "it is neither in `Playbooks/` here nor beside the program",
      hint: all().isEmpty ? "run it from Stakeout's own folder" : "`stakeout list playbooks` names those that are")
  }

  /// The same, nil where none is called so; a path is no name.
  static func find(_ name: String) -> String? {
    guard !name.contains("/") else { return nil }
    return folders.lazy.map { "\($0)/\(Self.name(name)).yaml" }.first { access($0, R_OK) == 0 }
  }

  /// The paths of all, by name.
  static func all() -> [String] {
    guard let folder = folders.first(where: { access("\($0)/README.md", R_OK) == 0 }) else { return [] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted().map { "\(folder)/\($0)" }
  }

  /// What a playbook's file is called, without folder and `.yaml`.
  static func name(_ path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return file.hasSuffix(".yaml") ? String(file.dropLast(5)) : file
  }

  private static var folders: [String] { ["Playbooks"] + foldersAboveProgram().map { "\($0)/Playbooks" } }

  private static func foldersAboveProgram() -> [String] {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let length = buffer.withUnsafeMutableBytes { raw in
      raw.baseAddress.map { readlink("/proc/self/exe", $0.assumingMemoryBound(to: CChar.self), 4096) } ?? 0
    }
    var path = String(decoding: buffer.prefix(max(0, length)), as: UTF8.self)
    var folders: [String] = []
    while let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      path = String(path[..<slash])
      folders.append(path)
    }
    return folders
  }
}

internal import CaseModel
internal import Glibc

/// The playbooks that come with Stakeout, where a checkout or an installation has them.
enum ShippedPlaybook {
  /// The path of `NAME.yaml`: in `Playbooks/` of this folder, or of a folder above the program.
  static func path(_ name: String) throws(Failure) -> String {
    let places = ["Playbooks"] + foldersAboveProgram().map { "\($0)/Playbooks" }
    for place in places where access("\(place)/\(name).yaml", R_OK) == 0 { return "\(place)/\(name).yaml" }
    throw Failure(
      "no-text", what: "could not find the playbook `\(name).yaml`",
      cause: "it is neither in `Playbooks/` here nor beside the program", hint: "run it from Stakeout's own folder")
  }

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

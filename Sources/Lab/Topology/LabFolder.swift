internal import CaseModel
internal import CaseStore
internal import Glibc

/// Where one lab keeps everything that it has on this machine: what stands, keys, logs, and each host's own folders.
///
/// `standing` names what must be undone, one line each, written before or as soon as it is there; `teardown.sh` reads it.
struct LabFolder: Sendable, Hashable {
  let path: String

  static let prefix = "stakeout-lab-"

  var name: String { String(path.split(separator: "/").last?.dropFirst(Self.prefix.count) ?? "") }
  var inventory: String { "\(path)/inventory.yaml" }
  var sshConfig: String { "\(path)/ssh_config" }
  var provoke: String { "\(path)/provoke" }
  var knownHosts: String { "\(path)/known_hosts" }
  var clientKey: String { "\(path)/id_ed25519" }
  var standing: String { "\(path)/standing" }
  var incident: String { "\(path)/incident" }

  func hostFolder(_ host: HostName) -> String { "\(path)/hosts/\(host)" }

  /// Every lab folder under `root`, whatever became of its lab.
  static func all(in root: String) -> [LabFolder] {
    guard let folder = opendir(root) else { return [] }
    defer { closedir(folder) }
    var found: [LabFolder] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasPrefix(prefix) { found.append(LabFolder(path: "\(root)/\(name)")) }
    }
    return found.sorted { $0.path < $1.path }
  }

  func makeFolder(_ path: String) throws(Failure) {
    guard mkdir(path, 0o700) == 0 else { throw refused("make folder `\(path)`", errno) }
  }

  func write(_ text: String, to path: String, mode: mode_t = 0o600) throws(Failure) {
    do {
      try AtomicFile.write(Array(text.utf8), to: path)
    } catch {
      throw Failure("lab-folder", what: "could not write `\(path)` for the lab", cause: "\(error)")
    }
    chmod(path, mode)
  }

  func read(_ path: String) -> String? {
    (try? AtomicFile.read(path)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// One line `KIND VALUE...` of what stands; appended in one write, so that no reader sees half of it.
  func note(_ line: String) throws(Failure) {
    let file = open(standing, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw refused("open `\(standing)`", errno) }
    defer { close(file) }
    let bytes = Array("\(line)\n".utf8)
    guard Glibc.write(file, bytes, bytes.count) == bytes.count else { throw refused("write `\(standing)`", errno) }
  }

  private func refused(_ what: String, _ number: Int32) -> Failure {
    Failure("lab-folder", what: "could not \(what) for the lab", cause: String(cString: strerror(number)))
  }
}

import Glibc

@testable import Lab

/// What this machine holds of one lab, beyond what the lab's own bookkeeping says. Other labs may come and go beside a
/// test, so only what carries this lab's marks is looked at; mounts and firewall rules are compared whole.
struct Traces {
  private let folder: String
  private let namespaces: Set<String>
  private let interfaces: Set<String>

  /// Takes the marks of a lab that stands.
  init(of folder: String) {
    self.folder = folder
    let standing = (try? text("\(folder)/standing")) ?? ""
    interfaces = Set(
      standing.split(separator: "\n").compactMap { $0.hasPrefix("interface ") ? String($0.dropFirst(10)) : nil })
    namespaces = Set(
      names(in: "\(folder)/hosts").compactMap { host in
        let identity = (try? text("\(folder)/hosts/\(host)/etc-ssh/identity")) ?? ""
        return identity.split(separator: " ").first.flatMap { link("/proc/\($0)/ns/net") }
      })
  }

  /// Whether the marks are enough to find anything by.
  var isTelling: Bool { !namespaces.isEmpty && interfaces.count == namespaces.count && !left().isEmpty }

  /// Processes inside the lab's namespaces or with its folder among their arguments, its links, its folder.
  func left() -> [String] {
    let processes = names(in: "/proc").filter { process in
      guard process.allSatisfy(\.isNumber) else { return false }
      let arguments = (try? text("/proc/\(process)/cmdline")) ?? ""
      return arguments.contains(folder) || link("/proc/\(process)/ns/net").map(namespaces.contains) ?? false
    }
    return processes.map { "process \($0)" }
      + names(in: "/sys/class/net").filter(interfaces.contains).map { "interface \($0)" }
      + (access(folder, F_OK) == 0 ? ["folder \(folder)"] : [])
  }

  /// Whether a process with these arguments runs.
  static func areRunning(_ arguments: [String]) -> Bool {
    names(in: "/proc").contains { (try? text("/proc/\($0)/cmdline")) == arguments.map { $0 + "\0" }.joined() }
  }

  /// What a lab must not change for the machine at all.
  static func surroundings() async throws -> [String] {
    [
      try text("/proc/self/mounts"), try await LocalCommand(["iptables-save", "-t", "filter"]).run(),
      try await LocalCommand(["iptables-save", "-t", "nat"]).run(), try text("/proc/sys/net/ipv4/ip_forward"),
    ].map { $0.split(separator: "\n").filter { !$0.hasPrefix("#") && !$0.hasPrefix(":") }.joined(separator: "\n") }
  }
}

private func names(in folder: String) -> [String] {
  guard let open = opendir(folder) else { return [] }
  defer { closedir(open) }
  var found: [String] = []
  while let entry = readdir(open) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if !name.hasPrefix(".") { found.append(name) }
  }
  return found
}

/// Also files of /proc, which state no size.
private func text(_ path: String) throws -> String {
  guard let file = fopen(path, "r") else { throw NoSuchFile(path: path) }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
  return String(decoding: bytes, as: UTF8.self)
}

private func link(_ path: String) -> String? {
  var buffer = [CChar](repeating: 0, count: 256)
  let length = readlink(path, &buffer, buffer.count - 1)
  return length > 0 ? String(decoding: buffer[..<length].map(UInt8.init), as: UTF8.self) : nil
}

private struct NoSuchFile: Error { let path: String }

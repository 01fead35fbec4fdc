import Foundation

/// What a run or a lab could leave behind on a machine: compared before and after.
struct MachineState: Equatable {
  /// Programs in other network namespaces than the test's own, or with our name in their words.
  let processes: Set<String>
  let namespaces: Set<String>
  let mounts: Set<String>
  let links: Set<String>
  let rules: String
  let tracing: Set<String>
  let folders: Set<String>
  /// Control groups of ours, at the top or in a hierarchy of version 1.
  let groups: Set<String>

  static func now() throws -> MachineState {
    let files = FileManager.default
    func listing(_ path: String) -> Set<String> { Set((try? files.contentsOfDirectory(atPath: path)) ?? []) }
    func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
    return MachineState(
      processes: processes(), namespaces: listing("/run/netns"),
      mounts: Set(text("/proc/self/mounts").split(separator: "\n").map(String.init)),
      links: listing("/sys/class/net"), rules: try output(["iptables-save"]).filterComments,
      tracing: listing("/sys/kernel/tracing/instances"),
      folders: listing("/var/tmp").filter { $0.hasPrefix("stakeout") },
      groups: Set(
        listing("/sys/fs/cgroup").flatMap { [$0] + listing("/sys/fs/cgroup/\($0)") }.filter { $0.hasPrefix("stakeout") }
      ))
  }

  /// What is here and was not there, for a person.
  func beyond(_ other: MachineState) -> [String] {
    processes.subtracting(other.processes).sorted() + namespaces.subtracting(other.namespaces).sorted()
      + mounts.subtracting(other.mounts).sorted() + links.subtracting(other.links).sorted()
      + tracing.subtracting(other.tracing).sorted() + groups.subtracting(other.groups).sorted()
      + folders.subtracting(other.folders).sorted()
  }

  private static func processes() -> Set<String> {
    let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/net")
    var found: Set<String> = []
    for id in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] where Int(id) != nil {
      let words = ((try? String(contentsOfFile: "/proc/\(id)/cmdline", encoding: .utf8)) ?? "")
        .replacingOccurrences(of: "\0", with: " ")
      let namespace = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(id)/ns/net")
      let isElsewhere = namespace != nil && namespace != own
      if isElsewhere || words.contains("/var/tmp/stakeout-") { found.insert(words) }
    }
    return found
  }

  static func output(_ words: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}

extension String {
  /// Without the lines that carry the time of day and packet counts.
  fileprivate var filterComments: String {
    split(separator: "\n").filter { !$0.hasPrefix("#") && !$0.hasPrefix(":") }.joined(separator: "\n")
  }
}

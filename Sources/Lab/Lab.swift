public import CaseModel
internal import Glibc

/// Brings incidents up on this machine, and everything of them down again.
///
/// A lab host is a set of namespaces held by one process: when that ends, the kernel removes whatever was in there. What
/// lies outside is one folder and one link for each host.
public enum Lab {
  /// What a lab is laid out with; `Scripts/install-packages lab` installs it.
  static let tools = [
    "ip", "iptables", "ip6tables", "conntrack", "ethtool", "sysctl", "ss", "nsenter", "unshare", "setsid", "mount",
    "hostname",
    "sshd",
    "ssh-keygen", "tcpdump",
  ]

  /// Why no lab can be brought up here; nil when one can.
  public static func obstacle(peerProgram: String? = nil) -> String? {
    guard geteuid() == 0 else { return "a lab needs root" }
    let missing = tools.filter { !LocalCommand.isInstalled($0) }
    guard missing.isEmpty else { return "not installed: \(missing.joined(separator: ", "))" }
    let peer = peerProgram ?? LabPeerProgram.beside
    return access(peer, X_OK) == 0 ? nil : "there is no traffic program at `\(peer)`"
  }

  /// Lays an incident's hosts and links out. Traffic starts with `RunningLab.startTraffic()`.
  /// - Throws: after removing what was laid out so far.
  public static func up(
    _ incident: any Incident, _ options: LabOptions = LabOptions()
  ) async throws(Failure)
    -> RunningLab
  {
    if let obstacle = obstacle(peerProgram: options.peerProgram) {
      throw Failure(
        "lab-obstacle", what: "could not bring up lab \(incident.name)", cause: obstacle,
        hint: "run as root, after `Scripts/install-packages lab`")
    }
    let folder = try makeFolder(incident, options)
    do {
      return try await lay(incident, options, in: folder)
    } catch {
      var failure = error
      do {
        try await down(folder)
        failure.left = "what was laid out was removed"
      } catch {
        failure.left = "lab \(folder.name) stands in part"
        failure.hint = "`stakeout lab down \(incident.name)`"
      }
      throw failure
    }
  }

  static func down(_ folder: LabFolder) async throws(Failure) {
    guard access(folder.path, F_OK) == 0 else { return }
    try folder.write(script(PackageResources.teardown_sh), to: "\(folder.path)/teardown.sh")
    try await LocalCommand(["sh", "\(folder.path)/teardown.sh", folder.path]).run()
  }

  private static func makeFolder(_ incident: any Incident, _ options: LabOptions) throws(Failure) -> LabFolder {
    let mark = String(UInt64.random(in: 1 << 32..<2 << 32), radix: 16).suffix(8)
    let folder = LabFolder(path: "\(options.root)/\(LabFolder.prefix)\(incident.name)-\(getpid())-\(mark)")
    try folder.makeFolder(folder.path)
    try folder.makeFolder("\(folder.path)/hosts")
    try folder.write("\(incident.name)\n\(options.variant)\nseed \(options.seed)\n", to: folder.incident)
    for (name, bytes) in [
      ("launch", PackageResources.launch_sh), ("host", PackageResources.host_sh),
      ("guard", PackageResources.guard_sh), ("teardown", PackageResources.teardown_sh),
    ] {
      try folder.write(script(bytes), to: "\(folder.path)/\(name).sh")
    }
    return folder
  }

  private static func lay(
    _ incident: any Incident, _ options: LabOptions, in folder: LabFolder
  ) async throws(Failure) -> RunningLab {
    let owner = options.isOwned ? try await LabOwner.start(folder, delay: options.guardDelay) : nil
    try await HostSSH.makeKey(folder.clientKey, comment: "stakeout-lab")
    let topology = LabTopology(
      folder: folder, options: options, peer: options.peerProgram ?? LabPeerProgram.beside,
      taken: try await routedNetworks())
    let scene = try await incident.build(in: topology, variant: options.variant)
    let hosts = await topology.hosts
    try LabInventory(folder: folder, hosts: hosts).write()
    let provocation = ShellCommand(words: scene.provocation.host.inside(scene.provocation.words))
    try folder.write("#!/bin/sh\nexec \(provocation)\n", to: folder.provoke, mode: 0o700)
    return RunningLab(
      name: folder.name, incident: incident, variant: options.variant, hosts: hosts, folder: folder, scene: scene,
      owner: owner)
  }

  /// Networks that this machine already has routes to: a lab must not hide them.
  private static func routedNetworks() async throws(Failure) -> [LabNetwork] {
    try await LocalCommand(["ip", "-4", "route", "show", "table", "all"]).run().split(separator: "\n").compactMap {
      $0.split(separator: " ").lazy.compactMap { LabNetwork($0) }.first
    }
  }

  private static func script(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

/// Where the traffic program is unless told: in the folder of the program that runs.
enum LabPeerProgram {
  static var beside: String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let length = buffer.withUnsafeMutableBytes {
      $0.baseAddress.map { readlink("/proc/self/exe", $0, 4096) } ?? 0
    }
    let program = String(decoding: buffer.prefix(max(0, length)), as: UTF8.self)
    return (program.lastIndex(of: "/").map { String(program[..<$0]) } ?? ".") + "/lab-peer"
  }
}

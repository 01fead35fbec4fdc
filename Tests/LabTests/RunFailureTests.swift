import CaseModel
import Foundation
import Lab
import TestSupport
import Testing

/// When a host says no: a clear failure, the other hosts' captures kept, an honest exit status, and nothing left behind.
@Suite(.serialized)
struct RunFailureTests {
  @Test(.needsLab) func anUnreachableHost() async throws {
    try await withLab { lab in
      let run = try await run(lab, inventory: { $0.replacingAddress(of: "gateway", with: "127.0.0.1", port: 1) })
      #expect(run.program.stderr.contains("could not connect to gateway"), "\(run.program.stderr)")
      try expect(run, failed: "gateway", code: "unreachable", kept: ["client", "server"])
    }
  }

  @Test(.needsLab) func aChangedHostKey() async throws {
    try await withLab { lab in
      let run = try await run(lab, inventory: { try $0.replacingHostKey(of: "server", in: lab.folderPath) })
      #expect(run.program.stderr.contains("could not verify server"), "\(run.program.stderr)")
      try expect(run, failed: "server", code: "host-key-changed", kept: ["client", "gateway"])
    }
  }

  @Test(.needsLab) func anInterfaceThatIsNotThere() async throws {
    try await withLab { lab in
      let run = try await run(
        lab, playbook: Self.playbook.replacingOccurrences(of: "on: server", with: "on: server, interface: [eth9]"))
      #expect(run.program.stderr.contains("eth9"), "\(run.program.stderr)")
      try expect(run, failed: "server", code: "capture-not-started", kept: ["client", "gateway"])
    }
  }

  @Test(.needsLab) func aHostWithoutTcpdump() async throws {
    try await withLab { lab in
      let server = try #require(lab.hosts.first { $0.name == "server" })
      // In that host's own mounts: a copy of the programs' folder without this one.
      try await server.run([
        "sh", "-c",
        "set -e; d=$(mktemp -d); mkdir $d/u $d/w; mount -t tmpfs none $d; mkdir $d/u $d/w; "
          + "mount -t overlay none -o lowerdir=/usr/bin,upperdir=$d/u,workdir=$d/w /usr/bin; rm /usr/bin/tcpdump",
      ])
      let run = try await run(lab)
      #expect(run.program.stderr.contains("install the package `tcpdump` on server"), "\(run.program.stderr)")
      try expect(run, failed: "server", code: "missing-tool", kept: ["client", "gateway"])
    }
  }

  @Test(.needsLab) func noHostAtAll() async throws {
    try await withLab { lab in
      let run = try await run(
        lab,
        inventory: { text in
          ["client", "gateway", "server"].reduce(text) { $0.replacingAddress(of: $1, with: "127.0.0.1", port: 1) }
        })
      #expect(run.program.status == 3, "\(run.program.stderr)")
    }
  }

  // MARK: What they share

  private struct Run {
    let program: Program
    let manifest: Manifest
  }

  private static let playbook = """
    name: Three captures
    roles: { client: {}, gateway: {}, server: {} }
    captures:
      - { name: client, on: client }
      - { name: gateway, on: gateway, interface: any }
      - { name: server, on: server }
    checks:
      - { uname: {}, on: all }
    until:
      - duration: 2s
    """

  private func expect(_ run: Run, failed: HostName, code: String, kept: [VantageName]) throws {
    #expect([1, 2].contains(run.program.status), "\(run.program.stdout)")
    #expect(run.manifest.state == .partial)
    let host = try #require(run.manifest.hosts.first { $0.name == failed })
    #expect(host.result != .ok)
    #expect(host.failure?.code == code)
    for vantage in kept {
      let capture = try #require(run.manifest.captures.first { $0.vantage == vantage })
      #expect((capture.packets ?? 0) > 0, "\(vantage) kept nothing")
      #expect(capture.endedBy == "stop")
    }
  }

  private func withLab(_ body: (RunningLab) async throws -> Void) async throws {
    let incident = try #require(IncidentCatalog.named("reset-through-nat"))
    let lab = try await Lab.up(incident, .test)
    do {
      try await lab.startTraffic()
      try await body(lab)
      try await expectNothingLeft(on: lab)
    } catch {
      try await lab.down()
      throw error
    }
    try await lab.down()
  }

  private func expectNothingLeft(on lab: RunningLab) async throws {
    for host in lab.hosts {
      let left = try await host.run(["sh", "-c", "ls -d /var/tmp/stakeout-* 2>/dev/null; true"])
      #expect(left.isEmpty, "\(host.name) still has \(left)")
    }
  }

  private func run(
    _ lab: RunningLab, playbook: String = playbook, inventory change: (String) throws -> String = { $0 }
  ) async throws -> Run {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let inventory = try change(try String(contentsOfFile: lab.inventoryPath, encoding: .utf8))
    try Data(inventory.utf8).write(to: URL(fileURLWithPath: "\(folder)/inventory.yaml"))
    try Data(playbook.utf8).write(to: URL(fileURLWithPath: "\(folder)/three.yaml"))
    let program = try Program.run(
      ["run", "three.yaml", "-i", "inventory.yaml", "--silence", "3", "--grace", "6"], in: folder)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/cases/latest/case.json"))
    return Run(program: program, manifest: try JSONText.decode(Manifest.self, from: Array(bytes)))
  }
}

extension String {
  /// The inventory with another address for one host.
  fileprivate func replacingAddress(of host: String, with address: String, port: Int) -> String {
    replacingLines(of: host) { line in
      if line.hasPrefix("    address:") { return "    address: \(address)" }
      return line.hasPrefix("    port:") ? "    port: \(port)" : line
    }
  }

  /// The inventory with a known_hosts for one host that holds another host's key under its name.
  fileprivate func replacingHostKey(of host: String, in folder: String) throws -> String {
    let path = "\(folder)/other_known_hosts"
    let keys = "\(folder)/other_key"
    _ = try MachineState.output(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keys])
    let words = try String(contentsOfFile: "\(keys).pub", encoding: .utf8).split(separator: " ").prefix(2)
    var address = ""
    var port = ""
    _ = replacingLines(of: host) { line in
      if line.hasPrefix("    address: ") { address = String(line.dropFirst(13)) }
      if line.hasPrefix("    port: ") { port = String(line.dropFirst(10)) }
      return line
    }
    let name = port == "22" ? address : "[\(address)]:\(port)"
    try Data("\(name) \(words.joined(separator: " "))\n".utf8).write(to: URL(fileURLWithPath: path))
    return replacingLines(of: host) { $0.hasPrefix("    known_hosts:") ? "    known_hosts: \"\(path)\"" : $0 }
  }

  private func replacingLines(of host: String, _ change: (String) -> String) -> String {
    var isInside = false
    return split(separator: "\n", omittingEmptySubsequences: false).map { line in
      if line.hasPrefix("  "), !line.hasPrefix("    ") { isInside = line == "  \(host):" }
      return isInside ? change(String(line)) : String(line)
    }.joined(separator: "\n")
  }
}

import CaseModel
import Foundation
import Lab
import TestSupport
import Testing

/// When a host says no: a clear failure, the other hosts' captures kept, an honest exit status, and nothing left behind.
@Suite(.serialized)
struct RunFailureTests {
  @Test(.needsLab) func anUnreachableHost() async throws {
    try await withSite { site in
      let run = try await run(site, inventory: { $0.replacingAddress(of: "gateway", with: "127.0.0.1", port: 1) })
      #expect(run.errors.contains("could not connect to gateway"), "\(run.errors)")
      try expect(run, failed: "gateway", code: "unreachable", kept: ["client", "server"])
    }
  }

  @Test(.needsLab) func aChangedHostKey() async throws {
    try await withSite { site in
      let run = try await run(site, inventory: { try $0.replacingHostKey(of: "server", in: site.lab.folderPath) })
      #expect(run.errors.contains("could not verify server"), "\(run.errors)")
      try expect(run, failed: "server", code: "host-key-changed", kept: ["client", "gateway"])
    }
  }

  @Test(.needsLab) func anInterfaceThatIsNotThere() async throws {
    try await withSite { site in
      let run = try await run(
        site,
        playbook: LabSite.threeCaptures.replacingOccurrences(of: "on: server", with: "on: server, interface: [eth9]"))
      #expect(run.errors.contains("eth9"), "\(run.errors)")
      try expect(run, failed: "server", code: "capture-not-started", kept: ["client", "gateway"])
    }
  }

  @Test(.needsLab) func aHostWithoutTcpdump() async throws {
    try await withSite { site in
      let server = try site.host("server")
      // In that host's own mounts: a copy of the programs' folder without this one.
      try await server.run([
        "sh", "-c",
        "set -e; d=$(mktemp -d); mkdir $d/u $d/w; mount -t tmpfs none $d; mkdir $d/u $d/w; "
          + "mount -t overlay none -o lowerdir=/usr/bin,upperdir=$d/u,workdir=$d/w /usr/bin; rm /usr/bin/tcpdump",
      ])
      let run = try await run(site)
      #expect(run.errors.contains("install the package `tcpdump` on server"), "\(run.errors)")
      try expect(run, failed: "server", code: "missing-tool", kept: ["client", "gateway"])
    }
  }

  @Test(.needsLab) func noHostAtAll() async throws {
    try await withSite { site in
      let run = try await run(
        site,
        inventory: { text in
          ["client", "gateway", "server"].reduce(text) { $0.replacingAddress(of: $1, with: "127.0.0.1", port: 1) }
        })
      #expect(run.status == 3, "\(run.errors)")
    }
  }

  // MARK: What they share

  private struct Run {
    let status: Int32
    /// All that it said, the result too.
    let errors: String
    let manifest: Manifest
  }

  private func expect(_ run: Run, failed: HostName, code: String, kept: [VantageName]) throws {
    #expect([1, 2].contains(run.status), "\(run.errors)")
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

  private func withSite(_ body: (LabSite) async throws -> Void) async throws {
    try await LabSite.with { site in
      try await body(site)
      try await site.expectNothingLeft()
    }
  }

  private func run(
    _ site: LabSite, playbook: String = LabSite.threeCaptures, inventory change: (String) throws -> String = { $0 }
  ) async throws -> Run {
    try site.write(
      try change(try String(contentsOfFile: site.lab.inventoryPath, encoding: .utf8)), to: "inventory.yaml")
    try site.write(playbook, to: "three.yaml")
    let run = try site.start("three.yaml", inventory: "inventory.yaml")
    let (status, errors) = try await run.end()
    return Run(status: status, errors: errors, manifest: try run.manifest())
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

import CaseModel
import Foundation
import Lab
import TestSupport
import Testing

/// What was on the wire before the stop was asked for is in the file that comes home, and a file that breaks off on its way home
/// goes on from there.
@Suite(.serialized)
struct LosslessTests {
  private static let packets = 100_000

  @Test(.needsLab) func everyPacketUpToTheStopComesHomeOverABrokenWay() async throws {
    try await withLab { lab, folder in
      try await expectEveryPacket(lab, folder, breaking: true)
    }
  }

  @Test(.needsLab, .isLong) func everyPacketTwentyTimesInARow() async throws {
    try await withLab { lab, folder in
      for _ in 1...20 { try await expectEveryPacket(lab, folder, breaking: false) }
    }
  }

  /// The last packets are sent a moment before the probe ends, and its end ends the wait.
  private func expectEveryPacket(_ lab: RunningLab, _ folder: String, breaking: Bool) async throws {
    let server = try #require(lab.hosts.first { $0.name == "server" })
    let run = try FaultedRun(
      ["run", "numbers.yaml", "-i", lab.inventoryPath, "--silence", "3", "--grace", "6"], in: folder)
    let before = try await sent(by: server)
    if breaking {
      #expect(try await run.reaches("fetching"), "\(run.errors)")
      // Into the capture, which is some megabytes at twenty megabits a second.
      #expect(
        try await holds(within: .seconds(20)) {
          try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/cases/latest/hosts/server")
            .contains { $0.hasSuffix("/server.pcap.part") }
        })
      try await server.run(["sh", "-c", Fault.reset.inject])
      try await Task.sleep(for: .seconds(3))
      try await server.run(["sh", "-c", Fault.reset.heal])
    }
    let (status, errors) = try await run.end()
    #expect([0, 1, 2].contains(status), "\(errors)")
    let manifest = try run.manifest()
    #expect(manifest.state == .complete, "\(errors)")
    for capture in manifest.captures {
      let (packets, drops) = (capture.packets ?? 0, capture.drops ?? 0)
      #expect(packets == Self.packets || drops > 0 && packets + drops >= Self.packets, "\(capture)")
    }
    guard breaking else { return }
    let entries = try run.journal()
    #expect(entries.contains { $0.event == "retry" && $0.host == "server" })
    #expect(!entries.contains { $0.says.contains("arrived damaged") })
    let bytes =
      try FileManager.default.attributesOfItem(
        atPath: "\(folder)/cases/latest/hosts/server/host/captures/server.pcap")[.size] as? Int
    let ratio = Double(try await sent(by: server) - before) / Double(try #require(bytes))
    #expect(ratio < 1.5, "the file went over the wire \(ratio) times")
  }

  /// Bytes on the controller's way.
  private func sent(by host: LabHost) async throws -> Int {
    let text = try await host.run(["sh", "-c", "grep mgmt0 /proc/net/dev"])
    return try #require(text.split(separator: ":").last?.split(separator: " ").dropFirst(8).first.flatMap { Int($0) })
  }

  private func withLab(_ body: (RunningLab, String) async throws -> Void) async throws {
    try await LabSite.with(traffic: false) { site in
      let server = try site.host("server")
      // Nobody is to answer: an error would end the sender's write.
      try await server.run(["iptables", "-I", "INPUT", "-p", "udp", "--dport", "9", "-j", "DROP"])
      try await server.run([
        "tc", "qdisc", "add", "dev", "mgmt0", "root", "tbf", "rate", "20mbit", "burst", "32k", "latency", "400ms",
      ])
      let address = try #require(
        try await server.run(["ip", "-o", "-4", "addr", "show", "dev", "eth0"]).split(separator: " ").dropFirst(3)
          .first?.prefix { $0 != "/" })
      try site.write(playbook(to: "\(address)"), to: "numbers.yaml")
      try await body(site.lab, site.folder)
    }
  }

  private func playbook(to address: String) -> String {
    """
    name: Numbers
    roles: { client: {}, server: {} }
    captures:
      - { name: client, on: client, interface: [eth0], filter: "udp port 9" }
      - { name: server, on: server, interface: [eth0], filter: "udp port 9" }
    probes:
      - { name: numbers, on: client, run: [bash, -c, "exec 3>/dev/udp/\(address)/9; for ((i = 0; i < \(Self.packets); i++)); do printf '%06d\\\\n' $i >&3; done"] }
    until: [{ duration: 60s }]
    """
  }
}

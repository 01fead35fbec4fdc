internal import CaseModel

//            10.a.b.0/24               10.c.d.0/24
//   client .1 ---------- .2 gateway .2 ---------- .1 server
//                        masquerades both          remembers time stamps
//   neighbour .1 ------- .2                        by address
//            10.e.f.0/24
//
// An emulation. A server with `net.ipv4.tcp_tw_recycle=1` (Linux before 4.12) remembers the last TCP time stamp of every client
// address whose connection it closed, and drops SYNs of that address that carry an older one. Behind a translator all clients
// have one address, and kernels since 4.10 begin the stamps of every connection anywhere: so about half of all SYNs vanish, with
// every retry and on every port, while ping is answered.
//
// No kernel that is likely to run this can do that any more. So the server's program does: a filter on its listening sockets drops
// such SYNs by the old rule, and over ssh the host calls its kernel Linux 2.6. The stamps, the SYNs and their retries are the real
// kernel's. There is no counter of it, so no verdict can be more than probable. With `net.ipv4.tcp_timestamps=0` on the server
// there are no stamps to remember, as in the original.

/// Connecting hangs now and then from behind a translator, and ping never does.
struct SynUnanswered: Incident {
  let name = "syn-unanswered"
  let shows =
    "connecting hangs now and then from behind a NAT gateway while ping is fine (an emulation of tcp_tw_recycle)"
  let playbook = "syn-unanswered"
  let control = "net.ipv4.tcp_timestamps=0 on the server: there are no stamps to compare"
  let expected = ExpectedVerdict(.pawsSynDrop, at: "server", certainty: .probable)

  func build(in topology: LabTopology, variant: IncidentVariant) async throws(Failure) -> any Scene {
    let path = try await topology.routedPath(serverSaysOldKernel: true)
    let neighbour = try await topology.addHost("neighbour", roles: [])
    let network = await topology.network()
    try await topology.connect(neighbour, 0, path.gateway, 2, network: network)
    try await neighbour.run(["ip", "route", "add", "default", "via", network.address(2)])
    try await path.gateway.run([
      "iptables", "-t", "nat", "-A", "POSTROUTING", "-o", topology.interface(1), "-j", "MASQUERADE",
    ])
    let remedy = LabRemedy(on: path.server, "sysctl -w net.ipv4.tcp_timestamps=0")
    if variant == .control { try await remedy.apply() }
    let port = await topology.port()
    return StampScene(
      peer: topology.peer, path: path, neighbour: neighbour, interface: topology.interface(0), remedy: remedy,
      port: port,
      otherPort: port ^ 1)
  }
}

private struct StampScene: Scene {
  let peer: String
  let path: RoutedPath
  let neighbour: LabHost
  /// The server's.
  let interface: String
  let remedy: LabRemedy?
  let port: UInt16
  let otherPort: UInt16

  private let log = "/var/log/connects.log"
  private let serverLog = "/var/log/server.log"
  private var endpoint: String { "\(path.serverAddress):\(port)" }

  var variables: [String: String] {
    ["server": path.serverAddress, "port": "\(port)", "other_port": "\(otherPort)", "wait": "20s"]
  }
  var facts: [String: String] { ["log": log] }

  /// Some connections from the client, one after the other.
  var provocation: Provocation {
    let check = ShellCommand(words: [
      peer, "check", "--to", endpoint, "--rounds", "10", "--every", "300", "--timeout", "1700",
    ])
    // One that hangs is what is wanted.
    return Provocation(on: path.client, ["sh", "-c", "\(check.text) >>\(log) || :"])
  }

  func startTraffic() async throws(Failure) {
    try await path.server.start(
      [peer, "health", "--listen", "\(endpoint),\(path.serverAddress):\(otherPort)", "--recycle", interface],
      log: serverLog)
    try await path.server.waitForText("listening", in: serverLog)
    try await neighbour.start(
      [peer, "check", "--to", endpoint, "--connections", "2", "--every", "400", "--timeout", "1700"], log: log)
    try await neighbour.waitForText("checks passed", in: log)
  }

  func hasHappened() async throws(Failure) -> Bool {
    try await path.client.run(["cat", log]).contains(" failed: ")
  }
}

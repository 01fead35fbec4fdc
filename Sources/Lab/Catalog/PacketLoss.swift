internal import CaseModel

//   client              gateway               server
//   +------+      +------------------+      +------+
//   | eth0 |------| eth0        eth1 |------| eth0 |
//   +------+.1  .2+------------------+.2  .1+------+
//   fetches pages   <- loses some         serves them
//
// Of what comes from the server the gateway loses a few packets in a hundred, whatever their size, and none of what goes to it:
// a bad cable, a card out of buffers. TCP repairs it, and everything takes longer.

/// Downloads are slow through a gateway that loses packets in one direction.
struct PacketLoss: Incident {
  let name = "packet-loss"
  let shows = "pages arrive, but some take many times as long; the other direction is fine"
  let playbook = "what-is-wrong"
  let control = "the gateway loses nothing any more"
  let expected = ExpectedVerdict(.packetLoss, at: "gateway")

  func build(in topology: LabTopology, variant: IncidentVariant) async throws(Failure) -> any Scene {
    let path = try await topology.routedPath()
    let port = await topology.port()
    if variant == .fault {
      let perMille = await topology.number(in: 30...50)
      try await path.gateway.run([
        "iptables", "-t", "mangle", "-A", "FORWARD", "-i", topology.interface(1), "-p", "tcp", "--sport", "\(port)",
        "-m",
        "statistic", "--mode", "random", "--probability", "0.0\(perMille)", "-j", "DROP",
      ])
    }
    return DownloadScene(peer: topology.peer, path: path, port: port)
  }
}

private struct DownloadScene: Scene {
  let peer: String
  let path: RoutedPath
  let port: UInt16

  private let clientLog = "/var/log/pages.log"
  private let serverLog = "/var/log/shop.log"
  private var endpoint: String { "\(path.serverAddress):\(port)" }

  var variables: [String: String] { ["port": "\(port)", "wait": "10s"] }
  var facts: [String: String] { ["server": path.serverAddress, "log": clientLog, "server_log": serverLog] }

  /// One more page; the client fetches some all the time.
  var provocation: Provocation {
    Provocation(on: path.client, [peer, "browse", "--to", endpoint, "--large-every", "1", "--count", "1"])
  }

  func startTraffic() async throws(Failure) {
    try await path.server.start([peer, "web", "--listen", endpoint], log: serverLog)
    try await path.client.start(
      [
        peer, "browse", "--to", endpoint, "--small", "30000-120000", "--large-every", "0", "--every", "30",
        "--timeout", "20000",
      ], log: clientLog)
    try await path.client.waitForText("answered", in: clientLog)
  }

  /// Whether the gateway has lost any: what it does to a page is only that it takes longer.
  func hasHappened() async throws(Failure) -> Bool {
    try await path.gateway.run(["iptables", "-t", "mangle", "-nvxL", "FORWARD"]).split(separator: "\n").contains {
      $0.contains("DROP") && $0.split(separator: " ").first != "0"
    }
  }
}

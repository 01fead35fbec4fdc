internal import CaseModel

//            10.a.b.0/24               10.c.d.0/24              10.e.f.0/24
//   client .1 ---------- .2 gateway .2 ---------- .1 server .2 ------------- .1 namespace `shop`
//   a balancer's          forwards                 forwards                  the application, with a
//   health checks                                                            small net.core.somaxconn
//
// The application asks for an accept queue of 4096, and gets what `net.core.somaxconn` of its own network namespace allows. It
// takes connections in one thread, which now and then does something else for a quarter of a second or so. What many workers of the
// balancer open in such a moment does not fit: the kernel drops SYNs, or the ACKs that would complete a handshake. The host's
// own somaxconn and counters have nothing to do with it, and a moment later the queue is empty.

/// Health checks of an application in a container fail now and then while it looks idle.
struct AcceptQueue: Incident {
  let name = "accept-queue"
  let shows = "a balancer's health checks fail now and then while the application looks idle"
  let playbook = "accept-queue"
  let control = "net.core.somaxconn=4096 in the container's network namespace, set before the application listens"
  let expected = ExpectedVerdict(.acceptQueueOverflow, at: "server")

  func build(in topology: LabTopology, variant: IncidentVariant) async throws(Failure) -> any Scene {
    let path = try await topology.routedPath()
    let network = await topology.network()
    let shop = try await topology.addNamespace("shop", in: path.server, network: network)
    for host in [path.client, path.gateway] {
      let hop = host == path.client ? path.nearGateway : path.serverAddress
      try await host.run(["ip", "route", "add", "\(network)", "via", hop])
    }
    try await shop.setSysctl("net.core.somaxconn", await topology.number(in: 2...5))
    let remedy = LabRemedy(on: path.server, namespace: shop.name, "sysctl -w net.core.somaxconn=4096")
    if variant == .control { try await remedy.apply() }
    return HealthScene(
      peer: topology.peer, client: path.client, shop: shop, remedy: remedy, port: await topology.port(),
      workers: await topology.number(in: 24...48), pause: await topology.number(in: 200...350))
  }
}

private struct HealthScene: Scene {
  let peer: String
  let client: LabHost
  let shop: InnerNamespace
  let remedy: LabRemedy?
  let port: UInt16
  /// Checks that the balancer makes at the same time when the fault is to show.
  let workers: Int
  /// Milliseconds for which the application does something else, and between one such pause and the next.
  let pause: Int

  private let log = "/var/log/checks.log"
  private let serverLog = "/var/log/health.log"
  private var endpoint: String { "\(shop.address):\(port)" }

  var variables: [String: String] { ["port": "\(port)", "netns": shop.name, "wait": "8s"] }
  var otherVariables: [String: String] { ["server_netns": shop.name] }
  var facts: [String: String] { ["address": shop.address, "log": log] }

  /// As many checks at once as the balancer has workers, four times: three quarters of the application's own round apart, so that
  /// they cannot all fall between its pauses, however long these are.
  var provocation: Provocation {
    let check = ShellCommand(words: [
      peer, "check", "--to", endpoint, "--connections", "\(workers)", "--rounds", "4", "--every", "\(pause * 3 / 2)",
      "--timeout", "1500",
    ])
    // A check that fails is what is wanted.
    return Provocation(on: client, ["sh", "-c", "\(check.text) >>\(log) || :"])
  }

  func startTraffic() async throws(Failure) {
    try await shop.start(
      [
        peer, "health", "--listen", endpoint, "--backlog", "4096", "--pause", "\(pause)", "--every", "\(pause)",
      ], log: serverLog)
    try await shop.host.waitForText("listening", in: serverLog)
    try await client.start([peer, "check", "--to", endpoint, "--every", "500", "--timeout", "1500"], log: log)
    try await client.waitForText("1 of 1 checks passed", in: log)
  }

  func hasHappened() async throws(Failure) -> Bool {
    try await client.run(["cat", log]).contains(" failed: ")
  }
}

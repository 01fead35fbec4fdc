internal import CaseModel

//    node1                     router                     node2
//   +-----------------+      +--------+      +------------------+
//   | [web]      eth0 |------| e0  e1 |------| eth0      [shop] |
//   +-----------------+ .1 .2+--------+.2 .1 +------------------+
//    container, MTU 1500   the segment       container, MTU 1500
//    asks for pages        of node1 carries  serves them
//                          less
//
// The router forwards between the two host segments; its link into node1's takes smaller packets than the containers send. It
// has to drop what is larger and forbids fragmentation (RFC 1191), and its message that says so is filtered, as by many a
// firewall. Small pages arrive, large ones never do: the server's container sends the same segments again and again.

/// Pages of a container on another host time out when they are large; ping and small ones are always fine.
struct MTUBlackhole: Incident {
  let name = "mtu-blackhole"
  let shows = "between containers on two hosts large pages time out; small ones and ping are fine"
  let playbook = "mtu-blackhole"
  let control = "both containers have the MTU that the path between their hosts carries"
  let expected = ExpectedVerdict(.mtuBlackhole, from: "server", to: "client")

  func build(in topology: LabTopology, variant: IncidentVariant) async throws(Failure) -> any Scene {
    let client = try await topology.addHost("node1", roles: ["client"])
    let router = try await topology.addHost("router", roles: [])
    let server = try await topology.addHost("node2", roles: ["server"])
    let near = await topology.network()
    let far = await topology.network()
    try await topology.connect(client, "eth0", router, "eth0", network: near)
    try await topology.connect(server, "eth0", router, "eth1", network: far)

    let carried = await topology.number(in: 1300...1460)
    let mtu = variant == .control ? carried : 1500
    let containers = await (topology.network(), topology.network())
    let web = try await topology.addNamespace("web", in: client, network: containers.0, mtu: mtu)
    let shop = try await topology.addNamespace("shop", in: server, network: containers.1, mtu: mtu)
    try await client.run(["ip", "route", "add", "default", "via", near.address(2)])
    try await server.run(["ip", "route", "add", "default", "via", far.address(2)])
    try await router.run(["ip", "route", "add", "\(containers.0)", "via", near.address(1)])
    try await router.run(["ip", "route", "add", "\(containers.1)", "via", far.address(1)])

    try await router.setSysctl("net.ipv4.ip_forward", 1)
    try await router.run(["ip", "link", "set", "dev", "eth0", "mtu", "\(carried)"])
    try await router.run([
      "iptables", "-A", "OUTPUT", "-p", "icmp", "--icmp-type", "fragmentation-needed", "-j", "DROP",
    ])
    return PageScene(peer: topology.peer, client: web, server: shop, port: await topology.port())
  }
}

private struct PageScene: Scene {
  let peer: String
  let client: InnerNamespace
  let server: InnerNamespace
  let port: UInt16

  private let clientLog = "/var/log/pages.log"
  private let serverLog = "/var/log/shop.log"
  private var endpoint: String { "\(server.address):\(port)" }

  var variables: [String: String] {
    [
      "server": server.address, "port": "\(port)", "client_netns": client.name, "server_netns": server.name,
      "wait": "12s",
    ]
  }
  var facts: [String: String] { ["log": clientLog, "server_log": serverLog] }

  /// One more large page; the client asks for some all the time.
  var provocation: Provocation {
    Provocation(
      on: client.host,
      client.inside([
        "sh", "-c", "\"$@\" || :", "one", peer, "browse", "--to", endpoint, "--large-every", "1", "--count", "1",
      ]))
  }

  func startTraffic() async throws(Failure) {
    try await server.start([peer, "web", "--listen", endpoint], log: serverLog)
    try await client.start(
      [peer, "browse", "--to", endpoint, "--large-every", "4", "--every", "150"], log: clientLog)
    try await client.host.waitForText("answered", in: clientLog)
  }

  func hasHappened() async throws(Failure) -> Bool {
    try await client.host.run(["cat", clientLog]).contains("timed out")
  }
}

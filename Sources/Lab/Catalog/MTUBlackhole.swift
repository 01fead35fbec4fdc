internal import CaseModel

//    node1                     router                     node2
//   +-----------------+      +--------+      +------------------+
//   | [web]      eth0 |------| e0  e1 |------| eth0      [shop] |
//   +-----------------+ .1 .2+--------+.2 .1 +------------------+
//    container, MTU 1500   the segment       container, MTU 1500
//    asks for pages        of node1 carries  serves them
//                          less
//
// The router forwards between the two host segments; its link into node1's takes smaller packets than the containers send. What
// is larger it has to drop, since the packets forbid fragmentation (RFC 1191; IPv6 has none on the way, RFC 8201); and its
// message that says so is filtered, as by many a firewall. Small pages arrive, large ones never do: the server's container sends
// the same segments again and again.

/// Pages of a container on another host time out when they are large; ping and small ones are always fine.
struct MTUBlackhole: Incident {
  var isIPv6 = false

  var name: String { isIPv6 ? "mtu-blackhole-ipv6" : "mtu-blackhole" }
  var shows: String {
    "between containers on two hosts large pages time out\(isIPv6 ? " over IPv6" : ""); small ones and ping are fine"
  }
  let playbook = "mtu-blackhole"
  let control = "both containers have the MTU that the path between their hosts carries"
  let expected = ExpectedVerdict(.mtuBlackhole, from: "server", to: "client")

  func build(in topology: LabTopology, variant: IncidentVariant) async throws(Failure) -> any Scene {
    let path = ContainerPath(
      client: try await topology.addHost("node1", roles: ["client"]),
      router: try await topology.addHost("router", roles: []),
      server: try await topology.addHost("node2", roles: ["server"]),
      near: await topology.network(), far: await topology.network(), web: await topology.network(),
      shop: await topology.network())
    try await topology.connect(path.client, 0, path.router, 0, network: path.near)
    try await topology.connect(path.server, 0, path.router, 1, network: path.far)
    let carried = await topology.number(in: 1300...1460)
    let mtu = variant == .control ? carried : 1500
    let web = try await topology.addNamespace("web", in: path.client, network: path.web, mtu: mtu)
    let shop = try await topology.addNamespace("shop", in: path.server, network: path.shop, mtu: mtu)
    try await path.route()
    if isIPv6 { try await path.routeIPv6(topology, web, shop) }
    try await path.narrow(topology.interface(0), to: carried)
    return PageScene(
      peer: topology.peer, client: web, server: shop, address: isIPv6 ? path.shop.sixth(1) : shop.address,
      port: await topology.port())
  }
}

/// The hosts with their networks, those of the containers among them.
private struct ContainerPath {
  let client: LabHost
  let router: LabHost
  let server: LabHost
  let near: LabNetwork
  let far: LabNetwork
  let web: LabNetwork
  let shop: LabNetwork

  func route() async throws(Failure) {
    try await client.run(["ip", "route", "add", "default", "via", near.address(2)])
    try await server.run(["ip", "route", "add", "default", "via", far.address(2)])
    try await router.run(["ip", "route", "add", "\(web)", "via", near.address(1)])
    try await router.run(["ip", "route", "add", "\(shop)", "via", far.address(1)])
    try await router.setSysctl("net.ipv4.ip_forward", 1)
  }

  func routeIPv6(
    _ topology: LabTopology, _ inClient: InnerNamespace, _ inServer: InnerNamespace
  ) async throws(Failure) {
    let (first, second) = (topology.interface(0), topology.interface(1))
    for (host, interface, address, namespace) in [
      (client, first, near.sixth(1), ""), (router, first, near.sixth(2), ""), (server, first, far.sixth(1), ""),
      (router, second, far.sixth(2), ""), (client, inClient.link, web.sixth(2), ""),
      (client, "eth0", web.sixth(1), inClient.name), (server, inServer.link, shop.sixth(2), ""),
      (server, "eth0", shop.sixth(1), inServer.name),
    ] {
      // Nobody else has the address: it need not be tried out first.
      let add = ["-6", "address", "add", "\(address)/64", "dev", interface, "nodad"]
      try await host.run(["ip"] + (namespace.isEmpty ? [] : ["-n", namespace]) + add)
    }
    for host in [client, router, server] { try await host.setSysctl("net.ipv6.conf.all.forwarding", 1) }
    try await client.run(["ip", "-6", "route", "add", "default", "via", near.sixth(2)])
    try await server.run(["ip", "-6", "route", "add", "default", "via", far.sixth(2)])
    try await router.run(["ip", "-6", "route", "add", web.sixth, "via", near.sixth(1)])
    try await router.run(["ip", "-6", "route", "add", shop.sixth, "via", far.sixth(1)])
    try await client.run(["ip", "-n", inClient.name, "-6", "route", "add", "default", "via", web.sixth(2)])
    try await server.run(["ip", "-n", inServer.name, "-6", "route", "add", "default", "via", shop.sixth(2)])
  }

  /// Makes the router's link into the client's segment carry less, and say nothing of it.
  func narrow(_ interface: String, to size: Int) async throws(Failure) {
    try await router.run(["ip", "link", "set", "dev", interface, "mtu", "\(size)"])
    try await router.run([
      "iptables", "-A", "OUTPUT", "-p", "icmp", "--icmp-type", "fragmentation-needed", "-j", "DROP",
    ])
    try await router.run([
      "ip6tables", "-A", "OUTPUT", "-p", "icmpv6", "--icmpv6-type", "packet-too-big", "-j", "DROP",
    ])
  }
}

private struct PageScene: Scene {
  let peer: String
  let client: InnerNamespace
  let server: InnerNamespace
  let address: String
  let port: UInt16

  private let clientLog = "/var/log/pages.log"
  private let serverLog = "/var/log/shop.log"
  private var endpoint: String { address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)" }

  var variables: [String: String] {
    [
      "server": address, "port": "\(port)", "client_netns": client.name, "server_netns": server.name,
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

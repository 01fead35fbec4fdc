internal import CaseModel

//   balancer            nodea                    fabric                  nodeb
//   +------+      +----------------+          +---------+          +----------------+
//   | eth0 |------| eth0      eth1 |----------| e0   e1 |----------| eth0     [shop]|
//   +------+.1  .2+----------------+.1      .2+---------+.2      .1+----------------+
//   posts to       NodePort: DNAT to           9000 1500            the pod, MTU 1500
//   nodea:NodePort the pod, masquerade
//                  vxlan0 .1 ================= VXLAN ============ .2 vxlan0
//
// The nodes' own links carry 9000 bytes, one link of the fabric 1500: the overlay, which adds 50 to each packet, needs pods of
// 1450, and they have 1500. A full segment is 1550 bytes in its tunnel; the fabric drops it, for the tunnel forbids
// fragmentation, and its message to the node is filtered. Most requests are small and pass. What is large leaves nodea, in
// its tunnel, and never comes to nodeb; the balancer waits and answers 502.

/// Some of the requests that a balancer sends to a NodePort fail, most of them large; the pod is on another node.
struct OverlayLoss: Incident {
  let name = "overlay-loss"
  let shows = "some requests behind a NodePort fail, the large ones; the pod on the other node never saw them"
  let playbook = "overlay-loss"
  let control = "the pod has the MTU that the overlay carries, 50 bytes less than the fabric"
  let expected = ExpectedVerdict(.mtuBlackhole, from: "entry", to: "node")

  /// IPv4, UDP, VXLAN and the inner Ethernet header (RFC 7348, 5).
  private static let overhead = 50

  func build(in topology: LabTopology, variant: IncidentVariant) async throws(Failure) -> any Scene {
    let balancer = try await topology.addHost("balancer", roles: ["client"])
    let entry = try await topology.addHost("nodea", roles: ["entry", "gateway"])
    let fabric = try await topology.addHost("fabric", roles: [])
    let node = try await topology.addHost("nodeb", roles: ["node", "server"])
    let outside = await topology.network()
    let underlays = await (topology.network(), topology.network())
    try await topology.connect(balancer, 0, entry, 0, network: outside)
    try await topology.connect(entry, 1, fabric, 0, network: underlays.0)
    try await topology.connect(node, 0, fabric, 1, network: underlays.1)
    let carried = await topology.number(in: 1400...1540)
    for (host, number, mtu) in [(entry, 1, 9000), (fabric, 0, 9000), (node, 0, 9000), (fabric, 1, carried)] {
      try await host.run(["ip", "link", "set", "dev", topology.interface(number), "mtu", "\(mtu)"])
    }
    try await fabric.setSysctl("net.ipv4.ip_forward", 1)
    try await fabric.run([
      "iptables", "-A", "OUTPUT", "-p", "icmp", "--icmp-type", "fragmentation-needed", "-j", "DROP",
    ])
    try await entry.run(["ip", "route", "add", "\(underlays.1)", "via", underlays.0.address(2)])
    try await node.run(["ip", "route", "add", "\(underlays.0)", "via", underlays.1.address(2)])

    let pods = await topology.network()
    let mtu = variant == .control ? carried - Self.overhead : 1500
    let pod = try await topology.addNamespace("shop", in: node, network: pods, mtu: mtu)
    let overlay = await Overlay(network: topology.network(), identifier: topology.number(in: 1...9999))
    try await overlay.join(entry, 1, from: underlays.0.address(1), to: underlays.1.address(1), topology)
    try await overlay.join(node, 2, from: underlays.1.address(1), to: underlays.0.address(1), topology)
    try await entry.run(["ip", "route", "add", "\(pods)", "via", overlay.network.address(2)])

    let scene = await PostScene(
      peer: topology.peer, balancer: balancer, entryAddress: outside.address(2),
      nodePort: UInt16(topology.number(in: 30_000...32_767)), pod: pod, port: topology.port())
    try await scene.translate(on: entry)
    return scene
  }
}

/// A VXLAN between two nodes.
private struct Overlay {
  let network: LabNetwork
  let identifier: Int

  func join(
    _ node: LabHost, _ number: UInt32, from local: String, to remote: String, _ topology: LabTopology
  ) async throws(Failure) {
    // Not bound to a device, so it does not take its MTU from one; `df set`: outside, too, nothing may be fragmented.
    try await node.run([
      "ip", "link", "add", "name", "vxlan0", "mtu", "1500", "type", "vxlan", "id", "\(identifier)", "dstport", "4789",
      "local", local, "remote", remote, "df", "set",
    ])
    try await topology.settle("vxlan0", "\(network.address(number))/\(network.length)") { words async throws(Failure) in
      try await node.run(words)
    }
    try await node.setSysctl("net.ipv4.ip_forward", 1)
  }
}

private struct PostScene: Scene {
  let peer: String
  let balancer: LabHost
  let entryAddress: String
  let nodePort: UInt16
  let pod: InnerNamespace
  let port: UInt16

  private let balancerLog = "/var/log/requests.log"
  private let podLog = "/var/log/shop.log"
  private var endpoint: String { "\(entryAddress):\(nodePort)" }

  var variables: [String: String] {
    ["port": "\(port)", "node_port": "\(nodePort)", "netns": pod.name, "wait": "12s"]
  }
  var otherVariables: [String: String] { ["server_netns": pod.name] }
  var facts: [String: String] { ["node_address": entryAddress, "log": balancerLog, "pod_log": podLog] }

  /// One more large request; the balancer sends some all the time.
  var provocation: Provocation {
    Provocation(
      on: balancer,
      [
        "sh", "-c", "\"$@\" || :", "one", peer, "browse", "--to", endpoint, "--post", "--large-every", "1", "--count",
        "1",
      ])
  }

  /// What kube-proxy does for a NodePort.
  func translate(on entry: LabHost) async throws(Failure) {
    try await entry.run([
      "iptables", "-t", "nat", "-A", "PREROUTING", "-d", entryAddress, "-p", "tcp", "--dport", "\(nodePort)", "-j",
      "DNAT", "--to-destination", "\(pod.address):\(port)",
    ])
    try await entry.run([
      "iptables", "-t", "nat", "-A", "POSTROUTING", "-d", pod.address, "-p", "tcp", "--dport", "\(port)", "-j",
      "MASQUERADE",
    ])
  }

  func startTraffic() async throws(Failure) {
    try await pod.start([peer, "web", "--listen", "\(pod.address):\(port)"], log: podLog)
    try await balancer.start(
      [peer, "browse", "--to", endpoint, "--post", "--large-every", "6", "--every", "100"], log: balancerLog)
    try await balancer.waitForText("answered", in: balancerLog)
  }

  func hasHappened() async throws(Failure) -> Bool {
    try await balancer.run(["cat", balancerLog]).contains("timed out")
  }
}

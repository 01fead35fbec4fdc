internal import CaseModel
internal import Glibc

//            10.a.b.0/24               10.c.d.0/24
//   client .1 ---------- .2 gateway .2 ---------- .1 server
//   subscribes           DNAT of the service       pushes configuration
//   to VIP:port          VIP:port -> server:port   to whoever asks
//                        conntrack, no masquerade
//
// A segment of the server's, with a sequence number ahead of everything that the client's window allows, is INVALID for
// the gateway's conntrack while `nf_conntrack_tcp_be_liberal` is 0: it is forwarded, but the VIP is not put back as its
// source. The client knows no connection with the server's own address and answers RST, to that address; for the server
// this RST is on its real connection, and exact, so it dies. The client's next segment is answered with RST, which the
// client sees come from the VIP. Each side says that the other one reset the connection.
//
// The original report's segment was 5.8 MB *behind*; since Linux 6.1 conntrack lets those pass, so this one is ahead.

/// A control plane's pushes through a service address break off with "connection reset", now and then.
struct ResetThroughNAT: Incident {
  let name = "reset-through-nat"
  let shows = "pushes through a service address (DNAT) break off; each end says that the other one reset the connection"
  let playbook = "reset-through-nat"
  let control = "nf_conntrack_tcp_be_liberal=1 on the gateway: an out-of-window segment is translated like any other"
  let expected = ExpectedVerdict(.conntrackInvalidReset, at: "gateway")

  func build(in topology: LabTopology, variant: IncidentVariant) async throws(Failure) -> any Scene {
    let path = try await topology.routedPath()

    // The window that Linux has long allowed by default; so the client's windows are shifted by 7.
    try await path.client.run(["sysctl", "-qw", "net.ipv4.tcp_rmem=4096 131072 6291456"])

    let vip = await topology.serviceAddress()
    let port = await topology.port()
    try await path.gateway.run([
      "iptables", "-t", "nat", "-A", "PREROUTING", "-d", vip, "-p", "tcp", "--dport", "\(port)", "-j", "DNAT",
      "--to-destination", "\(path.serverAddress):\(port)",
    ])
    try await path.gateway.setSysctl("net.netfilter.nf_conntrack_tcp_be_liberal", 0)
    let remedy = LabRemedy(on: path.gateway, "sysctl -w net.netfilter.nf_conntrack_tcp_be_liberal=1")
    if variant == .control { try await remedy.apply() }
    let sizes = await topology.number(in: 600_000...1_500_000)
    let ahead = await topology.number(in: 500_000...6_000_000)
    return PushScene(
      peer: topology.peer, client: path.client, server: path.server, interface: topology.interface(0), vip: vip,
      backend: path.serverAddress, port: port, remedy: remedy, pushBytes: sizes...sizes * 2,
      isMended: variant == .control, ahead: ahead)
  }
}

private struct PushScene: Scene {
  let peer: String
  let client: LabHost
  let server: LabHost
  /// The server's.
  let interface: String
  let vip: String
  let backend: String
  let port: UInt16
  let remedy: LabRemedy?
  let pushBytes: ClosedRange<Int>
  let isMended: Bool
  /// Bytes by which the segment is ahead of the receiver's window.
  let ahead: Int

  private let subscriberLog = "/var/log/subscriber.log"
  private let serverLog = "/var/log/pushes.log"

  var variables: [String: String] { ["vip": vip, "port": "\(port)", "wait": "10s"] }
  var facts: [String: String] { ["backend": backend, "log": subscriberLog, "server_log": serverLog] }

  var provocation: Provocation {
    Provocation(
      on: server,
      [
        peer, "inject", "--interface", interface, "--port", "\(port)", "--ahead", "\(ahead)", "--window-scale", "7",
        "--shots",
        isMended ? "3" : "8",
      ])
  }

  func startTraffic() async throws(Failure) {
    try await server.start(
      [
        peer, "serve", "--listen", "\(backend):\(port)", "--bytes", "\(pushBytes.lowerBound)-\(pushBytes.upperBound)",
        "--every", "500",
      ], log: serverLog)
    try await client.start(
      [peer, "subscribe", "--to", "\(vip):\(port)", "--connections", "3", "--reconnect", "500"], log: subscriberLog)
    let flows = try await Patience.wait { () async throws(Failure) in
      try await log(of: client, subscriberLog).contains("push 2 ")
    }
    guard flows else {
      throw Failure(
        "lab-traffic", host: "client", what: "could not start the pushes", cause: "none arrived within 10 s",
        hint: "see `\(subscriberLog)` on client and `\(serverLog)` on server")
    }
  }

  func provoke() async throws(Failure) {
    let said = try await server.run(provocation.words)
    guard isMended || said.contains(" died of shot ") else {
      throw Failure(
        "lab-fault", host: "server", what: "could not provoke `reset-through-nat`",
        cause: "no connection died of the segments that were sent", hint: "try again; traffic must flow")
    }
  }

  func hasHappened() async throws(Failure) -> Bool {
    try await log(of: client, subscriberLog).contains("reset")
  }

  private func log(of host: LabHost, _ path: String) async throws(Failure) -> String {
    try await host.run(["cat", path])
  }
}

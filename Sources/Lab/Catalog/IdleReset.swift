internal import CaseModel

//            10.a.b.0/24               10.c.d.0/24
//   client .1 ---------- .2 gateway .2 ---------- .1 server
//   asks, pauses,          a firewall: connection         answers
//   asks again             tracking that forgets what
//                          was silent for some seconds
//
// The gateway passes what belongs to a connection it knows, and rejects the rest with RST, as firewalls do
// (`nf_conntrack_tcp_loose=0`: no connection begins in its middle). A pause longer than
// `nf_conntrack_tcp_timeout_established` makes the connection unknown: the next query is answered by the gateway, in the
// server's name. Shorter pauses are survived. The server knows nothing of it.

/// A connection is reset at the first query after a pause.
struct IdleReset: Incident {
  let name = "idle-reset"
  let shows = "a connection is reset at the first query after a pause; shorter pauses are survived"
  let playbook = "idle-reset"
  let control = "nf_conntrack_tcp_timeout_established=7440 on the gateway: it remembers for longer than any pause"
  let expected = ExpectedVerdict(.idleTimeoutReset, at: "gateway")

  func build(in topology: LabTopology, variant: IncidentVariant) async throws(Failure) -> any Scene {
    let path = try await topology.routedPath()
    let port = await topology.port()
    let timer = await topology.number(in: 4...6)
    for state in [["ESTABLISHED,RELATED", "ACCEPT"], ["NEW", "ACCEPT"], ["INVALID", "REJECT"]] {
      try await path.gateway.run(
        ["iptables", "-A", "FORWARD", "-p", "tcp", "-m", "conntrack", "--ctstate", state[0], "-j", state[1]]
          + (state[1] == "REJECT" ? ["--reject-with", "tcp-reset"] : []))
    }
    try await path.gateway.setSysctl("net.netfilter.nf_conntrack_tcp_loose", 0)
    try await path.gateway.setSysctl("net.netfilter.nf_conntrack_tcp_timeout_established", timer)
    let remedy = LabRemedy(
      on: path.gateway, "sysctl -w net.netfilter.nf_conntrack_tcp_timeout_established=7440")
    if variant == .control { try await remedy.apply() }
    return PauseScene(
      peer: topology.peer, path: path, remedy: remedy, port: port, timer: timer,
      connections: await topology.number(in: 1...3))
  }
}

private struct PauseScene: Scene {
  let peer: String
  let path: RoutedPath
  let remedy: LabRemedy?
  let port: UInt16
  /// Seconds.
  let timer: Int
  let connections: Int

  private let log = "/var/log/queries.log"
  private let serverLog = "/var/log/answers.log"
  private var endpoint: String { "\(path.serverAddress):\(port)" }
  /// Milliseconds: two that are survived, and one that is not.
  private var pauses: [Int] { [timer * 400, timer * 600, timer * 1000 + 2500] }

  var variables: [String: String] { ["port": "\(port)", "wait": "\(pauses.reduce(0, +) / 1000 + 4)s"] }
  var facts: [String: String] { ["server": path.serverAddress, "log": log, "timer": "\(timer)"] }

  /// Each connection asks four times, and ends.
  var provocation: Provocation {
    let ask = ShellCommand(words: [
      peer, "ask", "--to", endpoint, "--connections", "\(connections)", "--queries", "4", "--pauses",
      pauses.map(String.init).joined(separator: ","),
    ])
    // A connection that is lost is what is wanted.
    return Provocation(on: path.client, ["sh", "-c", "\(ask.text) >>\(log) || :"])
  }

  func startTraffic() async throws(Failure) {
    try await path.server.start([peer, "answer", "--listen", endpoint], log: serverLog)
    try await path.server.waitForText("listening", in: serverLog)
    try await path.client.start([peer, "ask", "--to", endpoint, "--pauses", "700"], log: log)
    try await path.client.waitForText("answer ", in: log)
  }

  func hasHappened() async throws(Failure) -> Bool {
    try await path.client.run(["cat", log]).contains(" lost after ")
  }
}

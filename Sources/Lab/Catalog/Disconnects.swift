internal import CaseModel

//            10.a.b.0/24               10.c.d.0/24
//   client .1 ---------- .2 gateway .2 ---------- .1 server
//   holds watches,         forwards                 streams events, and ends each
//   opens them again                                watch after T to 2T
//
// The server ends every connection on purpose, after a time that it draws at random between T and 2T, so that its clients do not
// come back all at once; T is some seconds here, and half an hour where a Kubernetes API server does it. It says close_notify
// first. Nothing is wrong, and the verdict has to say so.

/// A long-lived connection closes again and again, by design.
struct Disconnects: Incident {
  let name = "disconnects"
  let shows = "long-lived connections close again and again, and nobody knows why"
  let playbook = "disconnects"
  let control = "the server's own timeout is an hour"
  let expected = ExpectedVerdict(.periodicClose, at: "server", standing: .note)

  func build(in topology: LabTopology, variant: IncidentVariant) async throws(Failure) -> any Scene {
    let path = try await topology.routedPath()
    let life = await topology.number(in: 1500...3000)
    return WatchScene(
      peer: topology.peer, path: path, port: await topology.port(),
      life: variant == .control ? 3_600_000...7_200_000 : life...life * 2)
  }
}

private struct WatchScene: Scene {
  let peer: String
  let path: RoutedPath
  let port: UInt16
  /// Milliseconds.
  let life: ClosedRange<Int>

  private let log = "/var/log/watches.log"
  private let serverLog = "/var/log/events.log"
  private var endpoint: String { "\(path.serverAddress):\(port)" }

  var variables: [String: String] { ["port": "\(port)", "wait": "14s"] }
  var facts: [String: String] { ["server": path.serverAddress, "log": log] }

  /// Some more watches, for long enough that each ends at least once.
  var provocation: Provocation {
    let watch = ShellCommand(words: [peer, "watch", "--to", endpoint, "--connections", "4", "--for", "13"])
    return Provocation(on: path.client, ["sh", "-c", "\(watch.text) >>\(log)"])
  }

  func startTraffic() async throws(Failure) {
    try await path.server.start(
      [peer, "stream", "--listen", endpoint, "--life", "\(life.lowerBound)-\(life.upperBound)"], log: serverLog)
    try await path.server.waitForText("listening", in: serverLog)
    try await path.client.start([peer, "watch", "--to", endpoint], log: log)
    try await path.client.waitForText("opened", in: log)
  }

  func hasHappened() async throws(Failure) -> Bool {
    try await path.client.run(["cat", log]).contains("closed by the server")
  }
}

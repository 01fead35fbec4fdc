internal import CaseModel

//            10.a.b.0/24               10.c.d.0/24
//   client .1 ---------- .2 gateway .2 ---------- .1 server
//   asks about many        forwards                 answers, except about
//   numbers                                         some numbers
//
// One connection carries queries about many numbers, each with a transaction of its own. The server's application reads all of
// them and drops those about one number: no answer, no error. Its kernel has acknowledged the query, and the answers around it
// come at once, so nothing of it is the network's.

/// Queries about some numbers are never answered; each side blames the network.
struct NoResponse: Incident {
  let name = "no-response"
  let shows = "queries about some numbers time out, while others on the same connection are answered"
  let playbook = "no-response"
  let control = "the application answers queries about every number"
  let expected = ExpectedVerdict(.noApplicationResponse, at: "server")

  func build(in topology: LabTopology, variant: IncidentVariant) async throws(Failure) -> any Scene {
    let path = try await topology.routedPath()
    var numbers: [String] = []
    for _ in 0..<5 { numbers.append("138\(await topology.number(in: 10_000_000...99_999_999))") }
    return QueryScene(
      peer: topology.peer, path: path, port: await topology.port(), numbers: numbers,
      forgotten: numbers[await topology.number(in: 1...3)], forgets: variant == .fault)
  }
}

private struct QueryScene: Scene {
  let peer: String
  let path: RoutedPath
  let port: UInt16
  /// What is asked about, one after the other; the first and the last are answered.
  let numbers: [String]
  let forgotten: String
  let forgets: Bool

  private let log = "/var/log/queries.log"
  private let serverLog = "/var/log/answers.log"
  private var endpoint: String { "\(path.serverAddress):\(port)" }

  var variables: [String: String] {
    ["port": "\(port)", "bad": forgotten, "good": numbers[0], "wait": "10s"]
  }
  var facts: [String: String] { ["server": path.serverAddress, "log": log] }

  /// Three rounds about all numbers, on two connections; what has no answer is waited for like the rest.
  var provocation: Provocation {
    let ask = ShellCommand(words: [
      peer, "ask", "--to", endpoint, "--connections", "2", "--queries", "\(numbers.count * 3)", "--pauses", "300,200",
      "--numbers", numbers.joined(separator: ","), "--timeout", "3000",
    ])
    // A query that times out is what is wanted.
    return Provocation(on: path.client, ["sh", "-c", "\(ask.text) >>\(log) || :"])
  }

  func startTraffic() async throws(Failure) {
    try await path.server.start(
      [peer, "answer", "--listen", endpoint] + (forgets ? ["--forget", "NUMBER=\(forgotten)"] : []), log: serverLog)
    try await path.server.waitForText("listening", in: serverLog)
    try await path.client.start([peer, "ask", "--to", endpoint, "--pauses", "400", "--numbers", numbers[0]], log: log)
    try await path.client.waitForText("answer ", in: log)
  }

  func hasHappened() async throws(Failure) -> Bool {
    try await path.client.run(["cat", log]).contains(" timed out")
  }
}

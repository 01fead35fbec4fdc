internal import Glibc

/// Asks a `QueryServer` about numbers, over one or more connections, with pauses between its queries.
struct QueryClient {
  private let endpoint: String
  private let count: Int
  /// Between one query and the next, again and again.
  private let pauses: [Duration]
  /// Of each connection; it closes when they are answered.
  private let queries: Int
  private let numbers: [String]
  private let patience: Duration
  private let lifetime: Duration

  init(_ flags: Flags) throws {
    endpoint = try flags.text("to")
    count = min(max(try flags.number("connections", or: 1), 1), 256)
    pauses = try flags.list("pauses", or: "500").map {
      guard let pause = Int($0), pause >= 0 else {
        throw UsageError(says: "`--pauses` wants milliseconds, not `\($0)`")
      }
      return .milliseconds(pause)
    }
    queries = try flags.number("queries", or: .max)
    numbers = try flags.list("numbers", or: "13800000001,13800000002,13800000003")
    patience = .milliseconds(try flags.number("timeout", or: 3000))
    lifetime = try flags.lifetime()
  }

  private struct Connection {
    let number: Int
    let stream: Stream
    let name: String
    var asked = 0
    var next: ContinuousClock.Instant
    var waiting: [(transaction: String, number: String, until: ContinuousClock.Instant)] = []
    var received: [UInt8] = []
    var isOpen = true
  }

  /// Status 1 when a connection was lost or a query not answered.
  func run() throws -> Int32 {
    let end = ContinuousClock.now + lifetime
    var connections = try (0..<count).map { index in
      let stream = try Stream.connect(endpoint)
      stream.sendsAtOnce()
      // One after the other, so that no two pause in step.
      let next = ContinuousClock.now + .milliseconds(50 + 100 * index)
      return Connection(number: index + 1, stream: stream, name: stream.localEndpoint(), next: next)
    }
    var isFine = true
    while ContinuousClock.now < end, connections.contains(where: \.isOpen) {
      let wanted = connections.map { ($0.isOpen ? $0.stream.descriptor : -1, POLLIN) }
      let ready = Readiness.wait(wanted, atMost: .milliseconds(20))
      for index in connections.indices where connections[index].isOpen {
        isFine = tend(&connections[index], ready[index]) && isFine
      }
    }
    return isFine ? 0 : 1
  }

  /// - Returns: false when something was wrong.
  private func tend(_ connection: inout Connection, _ ready: Int32) -> Bool {
    if ready != 0, let why = read(&connection) { return lose(&connection, why) }
    let now = ContinuousClock.now
    var isFine = true
    for late in connection.waiting where late.until <= now {
      LogLine.write("query \(late.transaction) about \(late.number) over connection \(connection.number) timed out")
      isFine = false
    }
    connection.waiting.removeAll { $0.until <= now }
    if connection.asked >= queries {
      guard connection.waiting.isEmpty, now >= connection.next else { return isFine }
      connection.stream.close()
      connection.isOpen = false
      LogLine.write("connection \(connection.number) is done")
    } else if now >= connection.next {
      if let why = ask(&connection) { return lose(&connection, why) }
    }
    return isFine
  }

  private func ask(_ connection: inout Connection) -> String? {
    let number = numbers[connection.asked % numbers.count]
    let transaction = UInt32(truncatingIfNeeded: connection.number) << 24 | UInt32(truncatingIfNeeded: connection.asked)
    let query = QueryMessage.query(transaction, number: number)
    switch query.bytes.withUnsafeBytes({ connection.stream.write($0) }) {
    case .moved: break
    case .mustWait: return nil
    case .ended: return "closed by the server"
    case .failed(let why): return why
    }
    connection.waiting.append((QueryMessage.hexadecimal(transaction), number, ContinuousClock.now + patience))
    connection.next = ContinuousClock.now + pauses[connection.asked % pauses.count]
    connection.asked += 1
    return nil
  }

  /// - Returns: why the connection is lost, if it is.
  private func read(_ connection: inout Connection) -> String? {
    let why = withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { buffer -> String? in
      switch connection.stream.read(into: buffer) {
      case .moved(let count):
        connection.received += buffer[..<count]
        return nil
      case .mustWait: return nil
      case .ended: return "closed by the server"
      case .failed(let why): return why
      }
    }
    while let answer = QueryMessage.take(from: &connection.received) {
      let transaction = answer.field("TRANS")
      connection.waiting.removeAll { $0.transaction == transaction }
      LogLine.write("answer \(transaction ?? "?") over connection \(connection.number)")
    }
    return why
  }

  private func lose(_ connection: inout Connection, _ why: String) -> Bool {
    LogLine.write(
      "connection \(connection.number) from \(connection.name) lost after \(connection.asked) queries: \(why)")
    connection.stream.close()
    connection.isOpen = false
    return false
  }
}

internal import Glibc

/// Subscribes to a `Server` over one or more connections: reads pushes, acknowledges each, and says that it is alive.
struct Subscriber {
  private let endpoint: String
  private let count: Int
  /// nil: the first lost connection ends the program with status 1.
  private let reconnect: Duration?
  private let lifetime: Duration

  init(_ flags: Flags) throws {
    endpoint = try flags.text("to")
    count = min(max(try flags.number("connections", or: 1), 1), 256)
    reconnect = flags.has("reconnect") ? .milliseconds(try flags.number("reconnect", or: 500)) : nil
    lifetime = try flags.lifetime()
  }

  private struct Connection {
    let number: Int
    var stream: Stream?
    /// When to try again, while there is no stream.
    var retry = ContinuousClock.now
    var name = ""
    var pushes = 0
    var header: [UInt8] = []
    /// Bytes of the current push that are yet to come.
    var remaining = 0
    var nextSign = ContinuousClock.now
  }

  func run() throws -> Int32 {
    let end = ContinuousClock.now + lifetime
    var connections = (1...count).map { Connection(number: $0) }
    while ContinuousClock.now < end {
      for index in connections.indices where connections[index].stream == nil {
        open(&connections[index])
      }
      let wanted = connections.map { ($0.stream?.descriptor ?? -1, POLLIN) }
      let ready = Readiness.wait(wanted, atMost: .milliseconds(20))
      for index in connections.indices {
        let isKept = tend(&connections[index], ready[index])
        if !isKept, reconnect == nil { return 1 }
      }
    }
    return 0
  }

  private func open(_ connection: inout Connection) {
    guard ContinuousClock.now >= connection.retry else { return }
    guard let stream = try? Stream.connect(endpoint) else {
      connection.retry = ContinuousClock.now + (reconnect ?? .seconds(1))
      return
    }
    let name = stream.localEndpoint()
    LogLine.write("connection \(connection.number) from \(name) to \(endpoint)")
    connection = Connection(number: connection.number, stream: stream, name: name)
    connection.nextSign = ContinuousClock.now + .milliseconds(400)
  }

  /// - Returns: false when the connection was lost.
  private func tend(_ connection: inout Connection, _ ready: Int32) -> Bool {
    guard let stream = connection.stream else { return true }
    if ready & (POLLIN | POLLERR | POLLHUP) != 0 {
      let why = withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 16) { buffer -> String? in
        switch stream.read(into: buffer) {
        case .moved(let count): take(UnsafeRawBufferPointer(rebasing: buffer[..<count]), &connection)
        case .mustWait: nil
        case .ended: "closed by the server"
        case .failed(let why): why
        }
      }
      if let why { return lose(&connection, why) }
    }
    guard ContinuousClock.now >= connection.nextSign else { return true }
    connection.nextSign = ContinuousClock.now + .milliseconds(400)
    return say("alive", &connection).map { lose(&connection, $0) } ?? true
  }

  /// - Returns: why the connection is lost, if it is.
  private func take(_ bytes: UnsafeRawBufferPointer, _ connection: inout Connection) -> String? {
    var rest = bytes[...]
    while !rest.isEmpty {
      if connection.remaining == 0 {
        connection.header.append(rest.removeFirst())
        guard connection.header.count == 4 else { continue }
        connection.remaining = connection.header.reduce(0) { $0 << 8 | Int($1) }
        connection.header = []
        continue
      }
      let step = min(rest.count, connection.remaining)
      rest = rest.dropFirst(step)
      connection.remaining -= step
      guard connection.remaining == 0 else { continue }
      connection.pushes += 1
      LogLine.write("push \(connection.pushes) over connection \(connection.number)")
      if let why = say("ack \(connection.pushes)", &connection) { return why }
    }
    return nil
  }

  private func say(_ text: String, _ connection: inout Connection) -> String? {
    let line = Array("\(text)\n".utf8)
    guard let stream = connection.stream, case .failed(let why) = line.withUnsafeBytes({ stream.write($0) }) else {
      return nil
    }
    return why
  }

  private func lose(_ connection: inout Connection, _ why: String) -> Bool {
    LogLine.write(
      "connection \(connection.number) from \(connection.name) lost after \(connection.pushes) pushes: \(why)")
    connection.stream?.close()
    connection.stream = nil
    connection.retry = ContinuousClock.now + (reconnect ?? .zero)
    return false
  }
}

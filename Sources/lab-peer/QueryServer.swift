internal import Glibc

/// Answers queries about numbers, at once and in order; some numbers it forgets about.
struct QueryServer {
  private let endpoint: String
  /// Queries with this text get no answer.
  private let forgotten: String?
  private let lifetime: Duration

  init(_ flags: Flags) throws {
    endpoint = try flags.text("listen")
    forgotten = flags.has("forget") ? try flags.text("forget") : nil
    lifetime = try flags.lifetime()
  }

  private struct Session {
    let stream: Stream
    let peer: String
    var received: [UInt8] = []
    var isOpen = true
  }

  func run() throws -> Int32 {
    let listener = try Stream.listen(endpoint)
    LogLine.write("listening at \(endpoint)")
    let end = ContinuousClock.now + lifetime
    var sessions: [Session] = []
    while ContinuousClock.now < end {
      let wanted = [(listener.descriptor, POLLIN)] + sessions.map { ($0.stream.descriptor, POLLIN) }
      let ready = Readiness.wait(wanted, atMost: .milliseconds(500))
      for index in sessions.indices where index + 1 < ready.count && ready[index + 1] != 0 { serve(&sessions[index]) }
      sessions.removeAll { !$0.isOpen }
      while sessions.count < 256, let (stream, peer) = listener.accept() {
        stream.sendsAtOnce()
        sessions.append(Session(stream: stream, peer: peer))
      }
    }
    return 0
  }

  private func serve(_ session: inout Session) {
    withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { buffer in
      switch session.stream.read(into: buffer) {
      case .moved(let count): session.received += buffer[..<count]
      case .mustWait: return
      case .ended: session.isOpen = false
      case .failed(let why):
        LogLine.write("\(session.peer) lost: \(why)")
        session.isOpen = false
      }
    }
    while let query = QueryMessage.take(from: &session.received) {
      if let forgotten, query.text.contains(forgotten) {
        LogLine.write("no answer to \(query.text)")
        continue
      }
      _ = query.answer.bytes.withUnsafeBytes { session.stream.write($0) }
    }
    if !session.isOpen { session.stream.close() }
  }
}

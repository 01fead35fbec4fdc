internal import Glibc

/// A web application's health page: answers each request and closes, with one thread that now and then does something else
/// for a while (collects garbage, waits for a lock) and accepts nothing meanwhile.
struct HealthServer {
  private let endpoint: String
  private let backlog: Int
  private let pause: Duration
  private let between: Duration
  private let lifetime: Duration

  init(_ flags: Flags) throws {
    endpoint = try flags.text("listen")
    backlog = try flags.number("backlog", or: 4096)
    pause = .milliseconds(try flags.number("pause", or: 200))
    between = .milliseconds(try flags.number("every", or: 1000))
    lifetime = try flags.lifetime()
  }

  private struct Request {
    let stream: Stream
    var received: [UInt8] = []
    var isOpen = true
  }

  func run() throws -> Int32 {
    let listener = try Stream.listen(endpoint, backlog: backlog)
    LogLine.write("listening at \(endpoint)")
    let end = ContinuousClock.now + lifetime
    var requests: [Request] = []
    var rest = ContinuousClock.now + between
    while ContinuousClock.now < end {
      if ContinuousClock.now >= rest {
        Readiness.sleep(pause)
        rest = ContinuousClock.now + between
      }
      let wanted = [(listener.descriptor, POLLIN)] + requests.map { ($0.stream.descriptor, POLLIN) }
      let ready = Readiness.wait(wanted, atMost: .milliseconds(20))
      for index in requests.indices where index + 1 < ready.count && ready[index + 1] != 0 { read(&requests[index]) }
      requests.removeAll { !$0.isOpen }
      while requests.count < 1024, let (stream, _) = listener.accept() { requests.append(Request(stream: stream)) }
    }
    return 0
  }

  private func read(_ request: inout Request) {
    let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n".utf8)
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 16) { buffer in
      switch request.stream.read(into: buffer) {
      case .moved(let count): request.received += buffer[..<count].prefix(8192)
      case .mustWait: return
      case .ended, .failed: request.isOpen = false
      }
    }
    if request.isOpen, request.received.contains("\r\n\r\n".utf8) {
      _ = answer.withUnsafeBytes { request.stream.write($0) }
      request.isOpen = false
    }
    if request.isOpen, request.received.count > 8192 { request.isOpen = false }
    if !request.isOpen { request.stream.close() }
  }
}

internal import Glibc

/// A web application's health page: answers each request and closes, with one thread that now and then does something else
/// for a while (collects garbage, waits for a lock) and accepts nothing meanwhile.
struct HealthServer {
  private let endpoints: [String]
  private let backlog: Int
  private let pause: Duration
  private let between: Duration
  private let lifetime: Duration
  /// The interface whose time stamps it remembers, if it is an old server that recycles.
  private let recycling: String?

  init(_ flags: Flags) throws {
    endpoints = try flags.text("listen").split(separator: ",").map(String.init)
    recycling = flags.has("recycle") ? try flags.text("recycle") : nil
    backlog = try flags.number("backlog", or: 4096)
    pause = .milliseconds(try flags.number("pause", or: 0))
    between = .milliseconds(try flags.number("every", or: 1000))
    lifetime = try flags.lifetime()
  }

  private struct Request {
    let stream: Stream
    var received: [UInt8] = []
    var isOpen = true
  }

  func run() throws -> Int32 {
    let listeners = try endpoints.map { try Stream.listen($0, backlog: backlog) }
    let ports = Set(endpoints.compactMap { $0.split(separator: ":").last.flatMap { Int($0) } })
    var memory = try recycling.map { try StampMemory(ports: ports, interface: $0) }
    LogLine.write("listening at \(endpoints.joined(separator: " and "))")
    let end = ContinuousClock.now + lifetime
    var requests: [Request] = []
    var rest = ContinuousClock.now + between
    while ContinuousClock.now < end {
      if pause > .zero, ContinuousClock.now >= rest {
        Readiness.sleep(pause)
        rest = ContinuousClock.now + between
      }
      let wanted =
        requests.map { ($0.stream.descriptor, POLLIN) } + listeners.map { ($0.descriptor, POLLIN) }
        + [(memory?.descriptor ?? -1, POLLIN)]
      let ready = Readiness.wait(wanted, atMost: .milliseconds(20))
      memory?.attend(listeners)
      for index in requests.indices where ready[index] != 0 { read(&requests[index]) }
      requests.removeAll { !$0.isOpen }
      for listener in listeners {
        while requests.count < 1024, let (stream, _) = listener.accept() { requests.append(Request(stream: stream)) }
      }
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

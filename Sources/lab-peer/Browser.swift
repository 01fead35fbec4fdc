internal import Glibc

/// Asks a `WebServer` for pages, or posts bodies to it, one after the other: most of them small, some large, a few over each
/// connection. Says of each how long the answer took, or that it timed out; then it gives that connection up.
struct Browser {
  private let endpoint: String
  private let posts: Bool
  private let small: ClosedRange<Int>
  private let large: ClosedRange<Int>
  /// Every so many requests one is large; 0: none.
  private let largeEvery: Int
  private let requestsPerConnection: Int
  private let count: Int
  private let pause: Duration
  private let timeout: Duration
  private let lifetime: Duration

  init(_ flags: Flags) throws {
    endpoint = try flags.text("to")
    posts = flags.has("post")
    small = try flags.range("small", or: 100...900)
    large = try flags.range("large", or: 6000...20_000)
    largeEvery = try flags.number("large-every", or: 4)
    requestsPerConnection = max(1, try flags.number("per-connection", or: 10))
    count = try flags.number("count", or: .max)
    pause = .milliseconds(try flags.number("every", or: 200))
    timeout = .milliseconds(try flags.number("timeout", or: 4000))
    lifetime = try flags.lifetime()
  }

  /// - Returns: 1 when a request was not answered in time.
  func run() throws -> Int32 {
    let end = ContinuousClock.now + lifetime
    var number = 0
    var failures = 0
    while number < count, ContinuousClock.now < end {
      let stream = try Stream.connect(endpoint)
      defer { stream.close() }
      let name = stream.localEndpoint()
      for _ in 0..<requestsPerConnection where number < count && ContinuousClock.now < end {
        number += 1
        guard ask(stream, name, number) else {
          failures += 1
          break
        }
        _ = Readiness.wait([], atMost: pause)
      }
    }
    return failures == 0 ? 0 : 1
  }

  private func ask(_ stream: Stream, _ name: String, _ number: Int) -> Bool {
    let isLarge = largeEvery > 0 && number % largeEvery == 0
    let size = Int.random(in: isLarge ? large : small)
    let what = posts ? "POST of \(size) bytes" : "GET of \(size) bytes"
    let begun = ContinuousClock.now
    if let why = exchange(stream, size, until: begun + timeout) {
      LogLine.write("\(what) from \(name) to \(endpoint) \(why)")
      return false
    }
    let (seconds, attoseconds) = (ContinuousClock.now - begun).components
    LogLine.write("\(what) from \(name) answered in \(seconds * 1000 + attoseconds / 1_000_000_000_000_000) ms")
    return true
  }

  /// - Returns: why there was no answer, if there was none.
  private func exchange(_ stream: Stream, _ size: Int, until end: ContinuousClock.Instant) -> String? {
    let head =
      posts
      ? "POST / HTTP/1.1\r\nHost: web\r\nContent-Length: \(size)\r\n\r\n" : "GET /\(size) HTTP/1.1\r\nHost: web\r\n\r\n"
    var request = Array(head.utf8)[...]
    if posts { request += [UInt8](repeating: UInt8(ascii: "x"), count: size) }
    var reading = HTTPAnswer()
    while ContinuousClock.now < end {
      let ready = Readiness.wait(
        [(stream.descriptor, request.isEmpty ? POLLIN : POLLIN | POLLOUT)], atMost: .milliseconds(50))
      if !request.isEmpty, ready.first.map({ $0 & POLLOUT != 0 }) ?? false {
        switch request.withUnsafeBytes({ stream.write($0) }) {
        case .moved(let count): request = request.dropFirst(count)
        case .mustWait: break
        case .ended: return "found the connection closed"
        case .failed(let why): return "failed: \(why)"
        }
      }
      if let why = read(stream, &reading) { return why }
      if reading.isWhole { return nil }
    }
    return "timed out"
  }

  private func read(_ stream: Stream, _ reading: inout HTTPAnswer) -> String? {
    withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { buffer in
      switch stream.read(into: buffer) {
      case .moved(let count): reading.take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      case .mustWait: return nil
      case .ended: return "found the connection closed"
      case .failed(let why): return "failed: \(why)"
      }
      return nil
    }
  }
}

/// An answer while it comes: its head, then as many bytes as that says.
private struct HTTPAnswer {
  private var head: [UInt8] = []
  private var remaining: Int?

  var isWhole: Bool { remaining == 0 }

  mutating func take(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes[...]
    while remaining == nil, let byte = rest.popFirst() {
      head.append(byte)
      guard byte == 10, head.suffix(4) == [13, 10, 13, 10] else { continue }
      let line = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
        .first { $0.lowercased().hasPrefix("content-length:") }
      remaining = line.flatMap { Int($0.drop { $0 != ":" }.dropFirst().filter { $0 != " " }) } ?? 0
    }
    if let left = remaining { remaining = max(0, left - rest.count) }
  }
}

internal import Glibc

/// Web pages of any size: `GET /8000` is answered with 8,000 bytes, `POST` with how much came. HTTP/1.1 as far as a load
/// balancer, curl and `Browser` speak it; connections are kept open (RFC 9112, 9.3).
struct WebServer {
  private let endpoint: String
  private let lifetime: Duration
  private static let most = 256
  private static let largestPage = 16 << 20
  private let text: [UInt8]

  init(_ flags: Flags) throws {
    endpoint = try flags.text("listen")
    lifetime = try flags.lifetime()
    text = Array(String(repeating: "<p>What was asked for, and as much of it.</p>\n", count: 1424).utf8)
  }

  private struct Visit {
    let stream: Stream
    let peer: String
    /// What came of the next request's head.
    var head: [UInt8] = []
    /// Bytes of the request's body that are yet to come.
    var body = 0
    var posted = 0
    /// Of the answer: what is yet to be written, first the head, then so many bytes of text.
    var answer: [UInt8] = []
    var page = 0
    var isOpen = true

    var isAnswering: Bool { !answer.isEmpty || page > 0 }
  }

  func run() throws -> Int32 {
    let listener = try Stream.listen(endpoint)
    LogLine.write("listening at \(endpoint)")
    let end = ContinuousClock.now + lifetime
    var visits: [Visit] = []
    while ContinuousClock.now < end {
      let wanted =
        [(listener.descriptor, POLLIN)]
        + visits.map { ($0.stream.descriptor, $0.isAnswering ? POLLIN | POLLOUT : POLLIN) }
      let ready = Readiness.wait(wanted, atMost: .milliseconds(500))
      for index in visits.indices where index + 1 < ready.count && ready[index + 1] != 0 { serve(&visits[index]) }
      visits.removeAll { !$0.isOpen }
      while visits.count < Self.most, let (stream, peer) = listener.accept() {
        visits.append(Visit(stream: stream, peer: peer))
      }
    }
    return 0
  }

  private func serve(_ visit: inout Visit) {
    listen(to: &visit)
    while visit.isOpen, visit.isAnswering {
      let progress: Stream.Progress
      if !visit.answer.isEmpty {
        progress = visit.answer.withUnsafeBytes { visit.stream.write($0, hasMore: visit.page > 0) }
        if case .moved(let count) = progress { visit.answer.removeFirst(count) }
      } else {
        let size = min(visit.page, text.count)
        progress = text.withUnsafeBytes { visit.stream.write(UnsafeRawBufferPointer(rebasing: $0[..<size])) }
        if case .moved(let count) = progress { visit.page -= count }
      }
      switch progress {
      case .moved: continue
      case .mustWait: return
      case .ended, .failed: leave(&visit)
      }
    }
  }

  private func listen(to visit: inout Visit) {
    withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { buffer in
      switch visit.stream.read(into: buffer) {
      case .moved(let count): take(UnsafeRawBufferPointer(rebasing: buffer[..<count]), &visit)
      case .mustWait: return
      case .ended, .failed: leave(&visit)
      }
    }
  }

  private func take(_ bytes: UnsafeRawBufferPointer, _ visit: inout Visit) {
    for byte in bytes {
      guard visit.body == 0 else {
        visit.body -= 1
        if visit.body == 0 { answerPost(&visit) }
        continue
      }
      visit.head.append(byte)
      guard visit.head.count <= 8192 else { return leave(&visit) }
      if byte == 10, visit.head.suffix(4) == [13, 10, 13, 10] { begin(&visit) }
    }
  }

  private func begin(_ visit: inout Visit) {
    let lines = String(decoding: visit.head, as: UTF8.self).split(separator: "\r\n")
    visit.head = []
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count == 3 else { return leave(&visit) }
    if words[0] == "POST" {
      visit.body = min(max(Self.length(lines) ?? 0, 0), Self.largestPage)
      visit.posted = visit.body
      if visit.body == 0 { answerPost(&visit) }
    } else {
      let size = min(max(Int(words[1].dropFirst()) ?? 100, 0), Self.largestPage)
      answer(&visit, size)
      visit.page = size
    }
  }

  private func answerPost(_ visit: inout Visit) {
    let says = Array("took \(visit.posted) bytes\n".utf8)
    LogLine.write("took \(visit.posted) bytes from \(visit.peer)")
    answer(&visit, says.count)
    visit.answer += says
  }

  private func answer(_ visit: inout Visit, _ size: Int) {
    visit.answer += Array("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: \(size)\r\n\r\n".utf8)
  }

  private func leave(_ visit: inout Visit) {
    visit.stream.close()
    visit.isOpen = false
  }

  private static func length(_ lines: [Substring]) -> Int? {
    lines.first { $0.lowercased().hasPrefix("content-length:") }
      .flatMap { Int($0.drop { $0 != ":" }.dropFirst().filter { $0 != " " }) }
  }
}

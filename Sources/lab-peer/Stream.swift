internal import Glibc

/// A TCP socket that never blocks.
struct Stream {
  let descriptor: Int32

  struct Refusal: Error, CustomStringConvertible {
    let what: String
    let number: Int32
    var description: String { "\(what): \(String(cString: strerror(number)))" }
  }

  /// What became of a read or a write.
  enum Progress {
    case moved(Int)
    case mustWait
    case ended
    /// As the C library words it, in lower case: `connection reset by peer`.
    case failed(String)
  }

  static func listen(_ endpoint: String, backlog: Int = 128) throws -> Stream {
    let address = try SocketAddress(endpoint)
    let stream = try open(address.family)
    var on: Int32 = 1
    setsockopt(stream.descriptor, SOL_SOCKET, SO_REUSEADDR, &on, 4)
    let bound = address.given { bind(stream.descriptor, $0, $1) }
    guard bound == 0, Glibc.listen(stream.descriptor, Int32(clamping: backlog)) == 0 else {
      throw Refusal(what: "could not listen at \(endpoint)", number: errno)
    }
    return stream
  }

  /// Starts connecting; the first write or read says how that went.
  static func connect(_ endpoint: String) throws -> Stream {
    let address = try SocketAddress(endpoint)
    let stream = try open(address.family)
    let status = address.given { Glibc.connect(stream.descriptor, $0, $1) }
    guard status == 0 || errno == EINPROGRESS else {
      let number = errno
      stream.close()
      throw Refusal(what: "could not connect to \(endpoint)", number: number)
    }
    return stream
  }

  /// The next waiting connection and its peer; nil when there is none.
  func accept() -> (stream: Stream, peer: String)? {
    let (address, accepted) = SocketAddress.filled { Glibc.accept(descriptor, $0, $1) }
    guard accepted >= 0 else { return nil }
    _ = fcntl(accepted, F_SETFL, O_NONBLOCK)
    return (Stream(descriptor: accepted), "\(address)")
  }

  func localEndpoint() -> String {
    "\(SocketAddress.filled { getsockname(descriptor, $0, $1) }.address)"
  }

  /// - Parameter hasMore: more follows at once and may share a segment with these bytes.
  func write(_ bytes: UnsafeRawBufferPointer, hasMore: Bool = false) -> Progress {
    progress(send(descriptor, bytes.baseAddress, bytes.count, hasMore ? Int32(MSG_MORE) : 0))
  }

  func read(into bytes: UnsafeMutableRawBufferPointer) -> Progress {
    progress(Glibc.read(descriptor, bytes.baseAddress, bytes.count))
  }

  /// Without waiting for more to fill a segment (TCP_NODELAY).
  func sendsAtOnce() {
    var on: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
  }

  func close() { _ = Glibc.close(descriptor) }

  private func progress(_ count: Int) -> Progress {
    if count > 0 { return .moved(count) }
    if count == 0 { return .ended }
    return errno == EAGAIN || errno == EINTR || errno == EINPROGRESS || errno == ENOTCONN
      ? .mustWait : .failed(String(cString: strerror(errno)).lowercased())
  }

  private static func open(_ family: Int32) throws -> Stream {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(family, kind, 0)
    guard descriptor >= 0 else { throw Refusal(what: "could not make a socket", number: errno) }
    return Stream(descriptor: descriptor)
  }
}

/// Waits until one of some streams can go on.
enum Readiness {
  /// - Returns: for each descriptor in order what it is ready for; `POLLERR` and `POLLHUP` included.
  static func wait(_ wanted: [(descriptor: Int32, events: Int32)], atMost limit: Duration) -> [Int32] {
    var polled = wanted.map { pollfd(fd: $0.descriptor, events: Int16($0.events), revents: 0) }
    let (seconds, attoseconds) = limit.components
    let milliseconds = max(0, min(seconds &* 1000 &+ attoseconds / 1_000_000_000_000_000, 60_000))
    _ = poll(&polled, nfds_t(polled.count), Int32(milliseconds))
    return polled.map { Int32($0.revents) }
  }

  /// Does nothing for a while.
  static func sleep(_ time: Duration) { _ = wait([], atMost: time) }
}

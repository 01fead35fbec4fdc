internal import CLibSSH2
internal import CaseModel
internal import Glibc

/// Why something on a connection did not come about; told to people as a `Failure`.
enum SSHTrouble: Error, Equatable {
  /// The peer or the library said no; the connection goes on.
  case refused(code: Int32, message: String)
  /// The connection is no more.
  case lost(String)
  case expired
  case cancelled
}

/// libssh2's handle and the socket below it. Belongs to one session and is only touched on its thread, between whose jobs calls of
/// several tasks may be under way.
final class SSHTransport {
  let session: OpaquePointer
  /// What an interrupted call gets to come to a clean end before the connection is given up.
  let grace: Duration
  let socket: Int32
  /// What the socket leads to where it is not the host itself.
  let carrier: JumpCarrier?
  private let thread: SessionThread
  private let counter: UnsafeMutablePointer<UInt64>
  private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 * 1024, alignment: 16)

  private var isPinned = false
  private var queue: [CheckedContinuation<Void, Never>] = []
  private(set) var loss: String?
  private(set) var lastReceived = Deadline.now

  /// Takes the socket over, also if it fails.
  init?(socket: Int32, carrier: JumpCarrier? = nil, thread: SessionThread, grace: Duration) {
    counter = .allocate(capacity: 1)
    counter.initialize(to: 0)
    guard libraryStatus == 0, let session = libssh2_session_init_ex(nil, nil, nil, counter) else {
      counter.deallocate()
      scratch.deallocate()
      close(socket)
      return nil
    }
    self.session = session
    self.socket = socket
    self.carrier = carrier
    self.grace = grace
    self.thread = thread
    libssh2_session_set_blocking(session, 0)
    libssh2_session_callback_set(
      session, LIBSSH2_CALLBACK_RECV, unsafeBitCast(countingReceive, to: UnsafeMutableRawPointer.self))
  }

  deinit {
    // Nothing must wait for the peer any more.
    shutdown(socket, Int32(SHUT_RDWR))
    var tries = 0
    while libssh2_session_free(session) == LIBSSH2_ERROR_EAGAIN, tries < 100 { tries += 1 }
    close(socket)
    counter.deallocate()
    scratch.deallocate()
  }

  /// Bytes that have come from the peer. A call on one channel may read what another channel waits for, after which the socket
  /// will never become readable for that: hence whoever waits compares this.
  var received: UInt64 { counter.pointee }

  /// Gives the connection up. Calls under way end, and later ones fail, with this reason.
  func lose(_ reason: String) {
    guard loss == nil else { return }
    loss = reason
    shutdown(socket, Int32(SHUT_RDWR))
  }

  /// Makes a call until it is done.
  nonisolated(nonsending) func call(
    until deadline: Deadline, cancellable: Bool = true, _ body: () -> Int
  ) async throws(SSHTrouble) -> Int {
    while true {
      if let result = try await attempt(until: deadline, body) { return result }
      try await readable(since: received, until: deadline, cancellable: cancellable)
    }
  }

  /// Makes a call; nil if the peer has to say something first.
  ///
  /// When libssh2 could not write all of a packet, that same call must come again before any other on the session, of whatever
  /// channel: others wait until then, and neither a deadline nor a cancellation can take the call back.
  nonisolated(nonsending) func attempt(until deadline: Deadline, _ body: () -> Int) async throws(SSHTrouble) -> Int? {
    while isPinned { await withCheckedContinuation { queue.append($0) } }
    var result = try perform(body)
    guard isHalfWritten(result) else { return try settle(result) }
    isPinned = true
    defer { unpin() }
    var patience = max(deadline, .now).advanced(by: grace)
    var cancellable = true
    repeat {
      let directions = libssh2_session_block_directions(session)
      let events = directions & LIBSSH2_SESSION_BLOCK_INBOUND != 0 ? POLLOUT | POLLIN : POLLOUT
      switch await thread.wait(
        on: [Wait(descriptor: socket, events: events)], until: patience, cancellable: cancellable)
      {
      case .ready: break
      case .expired: lose("it accepts no more data")
      case .cancelled:
        cancellable = false
        patience = min(patience, .after(grace))
      }
      result = try perform(body)
    } while isHalfWritten(result)
    return try settle(result)
  }

  /// Waits until something came after `seen`.
  nonisolated(nonsending) func readable(
    since seen: UInt64, until deadline: Deadline, cancellable: Bool = true
  ) async throws(SSHTrouble) {
    if received != seen { return }
    switch await thread.wait(
      on: [Wait(descriptor: socket, events: POLLIN)], until: deadline, cancellable: cancellable)
    {
    case .ready: return
    case .expired: throw .expired
    case .cancelled: throw .cancelled
    }
  }

  /// Reads what a channel has; whether there was anything.
  nonisolated(nonsending) func read(
    _ channel: OpaquePointer, stream: Int32, until deadline: Deadline, _ take: (UnsafeRawBufferPointer) -> Void
  ) async throws(SSHTrouble) -> Bool {
    let count = try await attempt(until: deadline) {
      let count = libssh2_channel_read_ex(channel, stream, scratch.baseAddress, scratch.count)
      if count > 0 { take(UnsafeRawBufferPointer(rebasing: scratch[..<count])) }
      return count
    }
    return (count ?? 0) > 0
  }

  /// libssh2's code for the last call that gave a pointer.
  var lastCode: Int { Int(libssh2_session_last_errno(session)) }

  /// Asks an idle peer for a sign of life, if that can be said at once.
  func askForLife() {
    guard !isPinned, loss == nil, isReady(POLLOUT) else { return }
    var next: Int32 = 0
    libssh2_keepalive_config(session, 1, 2)
    _ = try? perform { Int(libssh2_keepalive_send(session, &next)) }
  }

  func isReady(_ events: Int32) -> Bool {
    var polled = pollfd(fd: socket, events: Int16(truncatingIfNeeded: events), revents: 0)
    return poll(&polled, 1, 0) > 0
  }

  private func perform(_ body: () -> Int) throws(SSHTrouble) -> Int {
    if let loss { throw .lost(loss) }
    let before = received
    let result = body()
    if received != before {
      lastReceived = .now
      thread.rouse(socket)
    }
    return result
  }

  private func isHalfWritten(_ result: Int) -> Bool {
    result == Int(LIBSSH2_ERROR_EAGAIN)
      && libssh2_session_block_directions(session) & LIBSSH2_SESSION_BLOCK_OUTBOUND != 0
  }

  private func unpin() {
    isPinned = false
    let waiting = queue
    queue = []
    for continuation in waiting { continuation.resume() }
  }

  private func settle(_ result: Int) throws(SSHTrouble) -> Int? {
    if result >= 0 { return result }
    if result == Int(LIBSSH2_ERROR_EAGAIN) { return nil }
    let code = Int32(truncatingIfNeeded: result)
    guard Self.fatal.contains(code) else { throw .refused(code: code, message: message) }
    lose(code == LIBSSH2_ERROR_SOCKET_DISCONNECT ? "the peer closed the connection" : message)
    throw .lost(loss ?? message)
  }

  private var message: String {
    var text: UnsafeMutablePointer<CChar>?
    libssh2_session_last_error(session, &text, nil, 0)
    return text.map { String(cString: $0) } ?? ""
  }

  /// After these nothing more can be said on the connection.
  private static let fatal: Set<Int32> = [
    LIBSSH2_ERROR_SOCKET_NONE, LIBSSH2_ERROR_INVALID_MAC, LIBSSH2_ERROR_SOCKET_SEND, LIBSSH2_ERROR_DECRYPT,
    LIBSSH2_ERROR_SOCKET_DISCONNECT, LIBSSH2_ERROR_PROTO, LIBSSH2_ERROR_SOCKET_RECV, LIBSSH2_ERROR_ENCRYPT,
    LIBSSH2_ERROR_BAD_SOCKET, LIBSSH2_ERROR_BAD_USE, LIBSSH2_ERROR_OUT_OF_BOUNDARY,
  ]
}

/// Once per process: libssh2_init is not safe on several threads.
private let libraryStatus = libssh2_init(0)

private typealias Receive =
  @convention(c) (
    Int32, UnsafeMutableRawPointer?, Int, Int32, UnsafeMutablePointer<UnsafeMutableRawPointer?>?
  ) -> Int

/// recv(2) that counts; libssh2 wants the negated errno.
private let countingReceive: Receive = { socket, buffer, length, flags, abstract in
  let count = recv(socket, buffer, length, flags)
  if count < 0 { return errno == EINTR ? -Int(EAGAIN) : -Int(errno) }
  if let counter = abstract?.pointee { counter.assumingMemoryBound(to: UInt64.self).pointee &+= UInt64(count) }
  return count
}

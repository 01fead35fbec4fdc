internal import CLibSSH2
public import CaseModel
internal import Glibc

/// A session with a host by libssh2, on a thread of its own.
///
/// The thread is the actor's executor, so that what reads like a sequence of calls is one, and several commands and conversations
/// may be under way on one connection.
public actor SSHSession: Remote {
  public nonisolated let host: HostName
  let thread: SessionThread
  var transport: SSHTransport?
  var conversations: [Int: OpenConversation] = [:]
  var lastConversation = 0
  /// libssh2 keeps the state of a channel's opening in the session: one at a time.
  let opening = Gate()
  let fetching = Gate()

  public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  let grace: Duration

  init(host: HostName, grace: Duration) throws(Failure) {
    self.host = host
    self.grace = grace
    thread = try SessionThread()
  }

  public func close() async {
    guard let transport else { return }
    self.transport = nil
    conversations = [:]
    _ = try? await transport.call(until: .after(transport.grace), cancellable: false) {
      Int(libssh2_session_disconnect_ex(transport.session, SSH_DISCONNECT_BY_APPLICATION, "", ""))
    }
    transport.lose("the session was closed")
  }

  public func push(_ bytes: [UInt8], to path: String, mode: UInt16) async throws(Failure) {
    try await FilePush(path: path, mode: mode).run(bytes, on: self)
  }

  func live() throws(Failure) -> SSHTransport {
    guard let transport else {
      throw Failure(
        "connection-lost", host: host, what: "could not use the session with \(host)", cause: "it is closed")
    }
    return transport
  }

  /// Asks a quiet peer for a sign of life, and gives it up after `silence`; false when there is no connection any more.
  func keepAlive(silence: Duration) -> Bool {
    guard let transport, transport.loss == nil else { return false }
    transport.carrier?.hear()
    let quiet = transport.lastReceived.elapsed
    if quiet >= silence, !transport.isReady(POLLIN) {
      transport.lose("nothing came from it for \(silence.brief), though it was asked")
      return false
    }
    if quiet >= silence / 3 { transport.askForLife() }
    return true
  }
}

internal import CLibSSH2
public import CaseModel

extension SSHSession {
  /// How long a command that answers lines may take to start.
  private static var startTimeout: Duration { .seconds(30) }

  public func converse(_ command: ShellCommand) async throws(Failure) -> any Conversation {
    let transport = try live()
    let deadline = Deadline.after(Self.startTimeout)
    do {
      let channel = try await start(command, on: transport, until: deadline)
      let conversation = OpenConversation(command: command, channel: channel)
      do {
        while !conversation.hasStarted {
          if try await hear(conversation, on: transport, until: deadline) {
            throw await over(conversation, on: transport)
          }
        }
      } catch {
        await abandon(channel, on: transport)
        throw error
      }
      lastConversation &+= 1
      conversations[lastConversation] = conversation
      return SSHConversation(session: self, id: lastConversation)
    } catch let trouble as SSHTrouble {
      throw Failure.command(command, host, trouble, timeout: Self.startTimeout)
    } catch {
      throw error as? Failure ?? .unexpected(error, host)
    }
  }

  func ask(_ id: Int, _ line: String, timeout: Duration) async throws(Failure) -> Exchange {
    guard let conversation = conversations[id] else {
      throw Failure(
        "conversation-ended", host: host, what: "could not ask a command on \(host)",
        cause: "the conversation is closed")
    }
    await conversation.gate.enter()
    defer { conversation.gate.leave() }
    let transport = try live()
    let state = conversation.state
    let question = try state.question(line, conversation.command, host)
    state.isInStep = false
    let exchange: Exchange?
    do throws(SSHTrouble) {
      exchange = try await self.exchange(question, in: conversation, on: transport, until: .after(timeout))
    } catch .expired {
      throw .noAnswer(conversation.command, host, timeout)
    } catch {
      throw .command(conversation.command, host, error, timeout: timeout, stderr: state.stderr.bytes)
    }
    guard let exchange else { throw await over(conversation, on: transport) }
    state.isInStep = true
    return exchange
  }

  func endConversation(_ id: Int) async {
    guard let conversation = conversations.removeValue(forKey: id), let transport else { return }
    conversation.state.isInStep = false
    await abandon(conversation.channel, on: transport)
  }

  /// The times are taken in the very calls that write and read. Nil when the command is at its end.
  private func exchange(
    _ question: [UInt8], in conversation: OpenConversation, on transport: SSHTransport, until deadline: Deadline
  ) async throws(SSHTrouble) -> Exchange? {
    var sent: HostTime?
    var written = 0
    while written < question.count {
      written += try await transport.call(until: deadline) {
        if sent == nil { sent = .now }
        return question[written...].withUnsafeBytes {
          libssh2_channel_write_ex(conversation.channel, 0, $0.baseAddress, $0.count)
        }
      }
    }
    while true {
      if let answer = conversation.state.buffer.next() {
        return Exchange(sent: sent ?? .now, answer: answer, received: conversation.heard)
      }
      if conversation.state.buffer.isOverfull { throw .refused(code: 0, message: "its line is too long") }
      if try await hear(conversation, on: transport, until: deadline) { return nil }
    }
  }
}

extension SSHSession {
  /// Reads what a conversation's command has said, or waits until it says something; true when it is at its end.
  private func hear(
    _ conversation: OpenConversation, on transport: SSHTransport, until deadline: Deadline
  ) async throws(SSHTrouble) -> Bool {
    let seen = transport.received
    let channel = conversation.channel
    let spoke = try await transport.read(channel, stream: 0, until: deadline) { conversation.take($0) }
    let complained = try await transport.read(channel, stream: 1, until: deadline) {
      conversation.takeErrors($0)
    }
    if spoke || complained { return false }
    if libssh2_channel_eof(channel) == 1 { return true }
    try await transport.readable(since: seen, until: deadline)
    return false
  }

  private func over(_ conversation: OpenConversation, on transport: SSHTransport) async -> Failure {
    let ending = try? await ending(of: conversation.channel, on: transport, until: .after(transport.grace))
    return .conversationEnded(conversation.command, host, ending, stderr: conversation.state.stderr.text)
  }
}

/// A conversation's side that stays with the session.
final class OpenConversation {
  let command: ShellCommand
  let channel: OpaquePointer
  let state = ConversationState()
  let gate = Gate()
  private var banner = BannerFilter()
  private var bannerOnStderr = BannerFilter()
  /// When the last of its output was read.
  private(set) var heard = HostTime(nanoseconds: 0)

  init(command: ShellCommand, channel: OpaquePointer) {
    self.command = command
    self.channel = channel
  }

  var hasStarted: Bool { banner.hasStarted }

  func take(_ bytes: UnsafeRawBufferPointer) {
    heard = .now
    state.buffer.append(banner.pass(bytes))
  }

  func takeErrors(_ bytes: UnsafeRawBufferPointer) { state.stderr.append(bannerOnStderr.pass(bytes)) }
}

/// A conversation's side that is given out.
struct SSHConversation: Conversation {
  let session: SSHSession
  let id: Int

  func ask(_ line: String, timeout: Duration) async throws(Failure) -> Exchange {
    try await session.ask(id, line, timeout: timeout)
  }

  func close() async { await session.endConversation(id) }
}

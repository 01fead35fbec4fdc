public import CaseModel
internal import CaseStore
public import Remotes

/// A host whose clock is wrong: a decorator that shifts every instant that the host states.
public struct SkewedRemote: Remote {
  private let remote: any Remote
  private let clocks: SkewedClocks
  private var skew: ClockSkew { clocks[host] ?? ClockSkew(offset: .zero) }

  public init(_ remote: any Remote, clocks: SkewedClocks) {
    self.remote = remote
    self.clocks = clocks
  }

  public var host: HostName { remote.host }

  public func run(
    _ command: ShellCommand, input: [UInt8], limit: Int, timeout: Duration
  ) async throws(Failure) -> CommandOutcome {
    var outcome = try await remote.run(command, input: input, limit: limit, timeout: timeout)
    let text = ShiftedText(skew)
    outcome.stdout = text.shift(outcome.stdout)
    outcome.stderr = text.shift(outcome.stderr)
    return outcome
  }

  public func converse(_ command: ShellCommand) async throws(Failure) -> any Conversation {
    SkewedConversation(conversation: try await remote.converse(command), host: host, clocks: clocks)
  }

  public func push(_ bytes: [UInt8], to path: String, mode: UInt16) async throws(Failure) {
    try await remote.push(bytes, to: path, mode: mode)
  }

  /// The inner digest is held against what arrived before anything is shifted; the digest given back is that of the
  /// shifted bytes, as the host would have stated it had its clock been wrong in truth.
  public func fetch(_ path: String, to local: String) async throws(Failure) -> SourceFile {
    let source = try await remote.fetch(path, to: local)
    do {
      if let stated = source.sha256, try SHA256.hex(ofFile: local) != stated {
        // Damaged on its way: left as it is, so that the caller finds it out.
        return source
      }
      let bytes = try ShiftedFile(skew).shift(local)
      return SourceFile(bytes: bytes, sha256: source.sha256 == nil ? nil : try SHA256.hex(ofFile: local))
    } catch {
      throw Failure(
        "lab-skew", host: host, what: "could not shift the clock of `\(local)`", cause: "\(error)",
        left: "the fetched file may be shifted in part")
    }
  }

  public func close() async { await remote.close() }
}

struct SkewedConversation: Conversation {
  let conversation: any Conversation
  let host: HostName
  let clocks: SkewedClocks

  func ask(_ line: String, timeout: Duration) async throws(Failure) -> Exchange {
    let exchange = try await conversation.ask(line, timeout: timeout)
    let answer = ShiftedText(clocks[host] ?? ClockSkew(offset: .zero)).shift(Array(exchange.answer.utf8))
    return Exchange(sent: exchange.sent, answer: String(decoding: answer, as: UTF8.self), received: exchange.received)
  }

  func close() async { await conversation.close() }
}

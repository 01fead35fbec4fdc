internal import CaseModel
internal import Glibc

/// The way to a host through the one connection to a jump host.
struct JumpWay: Sendable {
  /// A program whose stdin and stdout are the connection to the host.
  let words: [String]
  let bastion: OpenSSHMaster
  /// Lets the jump host go again.
  let release: @Sendable () async -> Void

  /// For `ProxyCommand`, which a shell reads after `ssh` has replaced its tokens and put an `exec` before it.
  var proxyCommand: String {
    // Byte by byte: a `%` under an accent would not be a character of its own.
    let percent = UInt8(ascii: "%")
    let text = words.map(ShellWord.quote).joined(separator: " ")
    return String(decoding: text.utf8.flatMap { $0 == percent ? [percent, percent] : [$0] }, as: UTF8.self)
  }
}

/// Goes by a way for as long as somebody holds it.
final class JumpLease: Sendable {
  let way: JumpWay

  init(_ way: JumpWay) { self.way = way }

  deinit { Task.detached { [way] in await way.release() } }

  /// Another connection to the host by that way.
  func carrier() throws(SSHTrouble) -> JumpCarrier { try JumpCarrier(self) }
}

/// A process that carries one session through a jump host. Belongs to the session and is only touched on its thread; ends with it.
final class JumpCarrier {
  private static let mostWords = 4096

  /// For the session, which closes it.
  let socket: Int32
  private let lease: JumpLease
  private var child: ChildProcess
  private var said: [UInt8] = []

  fileprivate init(_ lease: JumpLease) throws(SSHTrouble) {
    self.lease = lease
    do throws(Failure) {
      child = try ChildProcess(ShellCommand(words: lease.way.words), socket: ())
    } catch {
      throw .refused(code: 0, message: "\(error.what): \(error.cause)")
    }
    socket = child.takeSocket()
  }

  /// Why the jump host did not come through to the host; nil unless that is the trouble.
  nonisolated(nonsending) func refusal() async -> String? {
    hear()
    guard String(decoding: said, as: UTF8.self).contains(OpenSSHWords.refusedForwarding) else { return nil }
    return await lease.way.bastion.refusedForward
  }

  /// Reads what it says, which nobody else does: it must not wait for that.
  func hear() {
    withUnsafeTemporaryAllocation(byteCount: Self.mostWords, alignment: 1) { buffer in
      while true {
        let count = read(child.stderr, buffer.baseAddress, buffer.count)
        guard count > 0 else { return }
        said.append(contentsOf: buffer[..<count].prefix(Self.mostWords - said.count))
      }
    }
  }
}

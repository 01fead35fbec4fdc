internal import CaseModel
internal import Glibc
internal import Synchronization

/// The one place on this machine where our `ssh` processes meet: a folder that only we can read, with their control sockets and
/// the program by which they ask for a passphrase.
///
/// A guard goes with it: a shell that waits for our end, of whatever kind, and then ends every connection and removes the folder.
final class OpenSSHFolder: Sendable {
  /// Comes before what `ssh` asks, on its stderr.
  static let question = "--stakeout-asks-- "

  /// Answers come on ssh's own stdin, which it leaves alone; thus no secret is in a file or an environment. What is only told, such
  /// as that a security key wants to be touched, is not asked.
  private static let askpass = """
    #!/bin/sh
    if [ "$SSH_ASKPASS_PROMPT" = none ]; then printf '%s\\n' "$1" >&2; exit 0; fi
    printf '%s\\n' "\(question)$1" >&2
    IFS= read -r answer || exit 1
    printf '%s\\n' "$answer"

    """
  /// Runs beside us rather than below: nobody has to wait for it. A background list would have /dev/null for its stdin.
  private static let guarding: StaticString = """
    exec 3<&0
    {
      while read -r line <&3; do :; done
      for socket in "$1"/s*; do
        [ -S "$socket" ] && ssh -F none -S "$socket" -O exit -- stakeout
      done
      rm -rf -- "$1"
    } > /dev/null 2>&1 &
    """

  let path: String
  private let guardian: Int32
  private let sockets = Atomic(0)

  init() throws(Failure) {
    // The path of a socket has room for 107 bytes: no folder of the user's choice.
    var template = Array("/tmp/stakeout-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Self.failure(errno) }
    path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let isWritten = Self.write(Self.askpass, to: path + "/ask")
    guard isWritten == 0 else {
      rmdir(path)
      throw Self.failure(isWritten)
    }
    var child = try ChildProcess(ShellCommand(script: Self.guarding, arguments: [path]))
    guardian = child.takeStdin()
    while child.reap() == nil { usleep(1_000) }
  }

  deinit { close(guardian) }

  var askpass: String { path + "/ask" }

  /// For one connection.
  func newSocket() -> String { "\(path)/s\(sockets.add(1, ordering: .relaxed).newValue)" }

  private static func write(_ text: String, to path: String) -> Int32 {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o700)
    guard descriptor >= 0 else { return errno }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    return Glibc.write(descriptor, bytes, bytes.count) == bytes.count ? 0 : EIO
  }

  private static func failure(_ status: Int32) -> Failure {
    Failure(
      "local-file", what: "could not make a folder for ssh's sockets in `/tmp`",
      cause: String(cString: strerror(status)))
  }
}

internal import CaseModel

/// Writes a file of a host, whole or not at all: under a temporary name, counted, then moved into place.
///
/// By a command rather than by SFTP: it needs no subsystem, is as fast, and servers differ on whether an SFTP rename may replace.
struct FilePush {
  let path: String
  let mode: UInt16

  private static let timeout = Duration.seconds(120)
  private static let script: StaticString = """
    part="$1.$$.part"
    umask 077
    if [ -d "$1" ]; then echo "$1: is a directory" >&2; exit 1; fi
    cat > "$part" && [ "$(wc -c < "$part")" -eq "$3" ] && chmod "$2" "$part" && mv -f "$part" "$1" && exit 0
    status=$?
    rm -f "$part"
    exit "$status"
    """

  func run(_ bytes: [UInt8], on remote: some Remote) async throws(Failure) {
    let octal = String(mode & 0o7777, radix: 8)
    let command = ShellCommand(script: Self.script, arguments: [path, octal, "\(bytes.count)"])
    let outcome = try await remote.run(command, input: bytes, limit: 64 * 1024, timeout: Self.timeout)
    guard outcome.isSuccess else {
      throw Failure(
        "push", host: remote.host, what: "could not write `\(path)` on \(remote.host)", cause: lastLine(of: outcome),
        left: "nothing was left there")
    }
  }

  private func lastLine(of outcome: CommandOutcome) -> String {
    outcome.errorText.split(separator: "\n").last.map(String.init) ?? "it ended with \(outcome.ending)"
  }
}

internal import Glibc

/// What is longer than the screen is read through the user's pager.
enum Pager {
  /// - Returns: whether a pager showed it.
  static func show(_ bytes: [UInt8]) -> Bool {
    let command = Console.environment("PAGER") ?? "less"
    guard isatty(STDOUT_FILENO) == 1, !command.isEmpty, command != "cat" else { return false }
    // Like git: colours go through, a short page stays on the screen, and nothing wraps.
    setenv("LESS", "FRXS", 0)
    // A pager that is left early must not end us.
    signal(SIGPIPE, SIG_IGN)
    guard let pipe = popen(command, "w") else { return false }
    _ = bytes.withUnsafeBufferPointer { fwrite($0.baseAddress, 1, $0.count, pipe) }
    let status = pclose(pipe)
    // 127: the shell found no such program.
    return status != -1 && status >> 8 & 0xff != 127
  }
}

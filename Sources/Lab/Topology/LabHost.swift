public import CaseModel

/// One host of a lab: namespaces of its own for network, mounts, processes, IPC and its name, held by its first process.
///
/// When that process dies the kernel ends every other process in there and takes mounts, links and rules with it.
public struct LabHost: Sendable, Hashable {
  public let name: HostName
  public let roles: [RoleName]
  /// Where the controller reaches its sshd; this path carries nothing else.
  public let managementAddress: String
  public let sshPort: UInt16
  /// Its first process, as seen from outside.
  let process: ProcessIdentity

  /// Words that run a command inside the host.
  func inside(_ words: [String]) -> [String] {
    ["nsenter", "--target", "\(process.id)", "--net", "--mount", "--uts", "--ipc", "--pid", "--wd=/", "--"] + words
  }

  /// Runs a command inside the host to its end.
  /// - Returns: its stdout, up to 1 MiB.
  @discardableResult
  public func run(_ words: [String]) async throws(Failure) -> String {
    do {
      return try await LocalCommand(inside(words)).run()
    } catch {
      var failure = error
      failure.host = name
      throw failure
    }
  }

  /// Starts a program inside the host that runs until the lab comes down; both its streams go to `log`, a path there.
  public func start(_ words: [String], log: String) async throws(Failure) {
    let launcher: StaticString = """
      log=$1; shift
      setsid "$@" </dev/null >>"$log" 2>&1 &
      """
    try await run(["sh", "-c", "\(launcher)", "launcher", log] + words)
  }

  /// Waits until a program that was started has logged a text.
  func waitForText(_ text: String, in log: String) async throws(Failure) {
    let isThere = try await Patience.wait { () async throws(Failure) in
      // The file may come later than the program.
      try await run(["sh", "-c", "cat -- \"$1\" 2>/dev/null || :", "cat", log]).contains(text)
    }
    guard !isThere else { return }
    throw Failure(
      "lab-traffic", host: name, what: "could not start the lab's traffic",
      cause: "`\(log)` had no line with `\(text)` within 10 s", hint: "see `\(log)` on \(name)")
  }

  public func setSysctl(_ key: String, _ value: Int) async throws(Failure) {
    try await run(["sysctl", "-qw", "\(key)=\(value)"])
  }
}

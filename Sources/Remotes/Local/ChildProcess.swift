internal import CLinux
internal import CaseModel
internal import Glibc

/// A process of this machine with pipes to its three streams, leader of a session of its own so that a Ctrl-C meant for us does
/// not reach it, and so that it can be ended with all that it started.
struct ChildProcess: ~Copyable {
  let pid: pid_t
  private(set) var stdin: Int32
  private(set) var stdout: Int32
  let stderr: Int32
  /// Readable once it has ended; nil where the kernel is too old for that.
  let whenEnded: Int32?
  private var isReaped = false

  /// Starts it by way of `/bin/sh -c`.
  init(_ command: ShellCommand) throws(Failure) {
    var pipes: [Int32] = []
    for _ in 0..<3 {
      var ends: [Int32] = [-1, -1]
      guard pipe2(&ends, O_CLOEXEC) == 0 else {
        let status = errno
        for descriptor in pipes { close(descriptor) }
        throw .couldNotStart(command, status)
      }
      pipes += ends
    }
    let (status, pid) = Self.spawn(command.inPlaceOfShell, streams: [pipes[0], pipes[3], pipes[5]])
    for descriptor in [pipes[0], pipes[3], pipes[5]] { close(descriptor) }
    let ours = [pipes[1], pipes[2], pipes[4]]
    guard status == 0 else {
      for descriptor in ours { close(descriptor) }
      throw .couldNotStart(command, status)
    }
    for descriptor in ours { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
    self.pid = pid
    stdin = ours[0]
    stdout = ours[1]
    stderr = ours[2]
    let ended = linux_pidfd_open(pid)
    whenEnded = ended < 0 ? nil : ended
  }

  /// Starts it with one socket for its stdin and its stdout, of which `takeSocket` gives the other end.
  init(_ command: ShellCommand, socket: ()) throws(Failure) {
    var (pair, pipe): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &pair) == 0 else {
      throw .couldNotStart(command, errno)
    }
    guard pipe2(&pipe, O_CLOEXEC) == 0 else {
      let status = errno
      for descriptor in pair { close(descriptor) }
      throw .couldNotStart(command, status)
    }
    let (status, pid) = Self.spawn(command.inPlaceOfShell, streams: [pair[0], pair[0], pipe[1]])
    for descriptor in [pair[0], pipe[1]] { close(descriptor) }
    guard status == 0 else {
      for descriptor in [pair[1], pipe[0]] { close(descriptor) }
      throw .couldNotStart(command, status)
    }
    // The other end of the pair stays as it is: one that is no program of ours might not expect it otherwise.
    for descriptor in [pair[1], pipe[0]] { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
    self.pid = pid
    (stdin, stdout) = (-1, pair[1])
    stderr = pipe[0]
    let ended = linux_pidfd_open(pid)
    whenEnded = ended < 0 ? nil : ended
  }

  deinit {
    if stdin >= 0 { close(stdin) }
    if stdout >= 0 { close(stdout) }
    close(stderr)
    if let whenEnded { close(whenEnded) }
    // Nobody will ask for it any more: it must neither go on nor stay as a zombie.
    if !isReaped {
      signal(SIGKILL)
      while waitpid(pid, nil, 0) < 0, errno == EINTR {}
    }
  }

  mutating func closeStdin() {
    if stdin >= 0 { close(stdin) }
    stdin = -1
  }

  /// Gives its stdin to the caller, who closes it.
  mutating func takeStdin() -> Int32 {
    defer { stdin = -1 }
    return stdin
  }

  /// Gives the socket of its stdin and its stdout to the caller, who closes it.
  mutating func takeSocket() -> Int32 {
    defer { stdout = -1 }
    return stdout
  }

  /// Signals it and all that it started, unless that left its session.
  func signal(_ number: Int32) { kill(-pid, number) }

  /// How it ended; nil while it runs. To be asked until it says so once, and never after that.
  mutating func reap() -> CommandOutcome.Ending? {
    var status: Int32 = 0
    var result: pid_t
    repeat { result = waitpid(pid, &status, WNOHANG) } while result < 0 && errno == EINTR
    guard result != 0 else { return nil }
    isReaped = true
    // Someone else's wait took it: there is no status to be had.
    guard result == pid else { return .exited(255) }
    let signal = status & 0x7f
    return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(Self.nameOfSignal(signal))
  }

  private static func nameOfSignal(_ number: Int32) -> String {
    sigabbrev_np(number).map { String(cString: $0) } ?? "\(number)"
  }

  private static func spawn(_ text: String, streams: [Int32]) -> (status: Int32, pid: pid_t) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, descriptor) in streams.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let newSession: Int32 = 0x80  // POSIX_SPAWN_SETSID, which the header hides behind _GNU_SOURCE
    posix_spawnattr_setflags(
      &attributes, Int16(newSession | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)))
    var pid: pid_t = 0
    let status = withCStrings(["/bin/sh", "-c", text]) { arguments in
      withCStrings(environmentWithAdministratorsPath()) { environment in
        posix_spawn(&pid, "/bin/sh", &actions, &attributes, arguments, environment)
      }
    }
    return (status, pid)
  }

  /// Ours, with the folders of the administrator's tools on the path, as on every other host.
  private static func environmentWithAdministratorsPath() -> [String] {
    var result: [String] = []
    var path = "/usr/local/bin:/usr/bin:/bin"
    var entry = environ
    while let text = entry.pointee {
      let variable = String(cString: text)
      if variable.hasPrefix("PATH=") { path = String(variable.dropFirst(5)) } else { result.append(variable) }
      entry += 1
    }
    return result + ["PATH=\(path):/usr/sbin:/sbin"]
  }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
  }
}

extension Failure {
  fileprivate static func couldNotStart(_ command: ShellCommand, _ status: Int32) -> Failure {
    Failure(
      "command-not-started", what: "could not start `\(command.text)` on this machine",
      cause: String(cString: strerror(status)))
  }
}

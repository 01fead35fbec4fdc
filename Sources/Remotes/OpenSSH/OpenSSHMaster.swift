internal import CaseModel
internal import Glibc

/// A connection kept by a system `ssh` of our own (`ControlMaster`), which other `ssh` processes join by its socket.
actor OpenSSHMaster {
  nonisolated let socket: String
  private let login: OpenSSHLogin
  /// Lasts as long as a connection needs it.
  private let folder: OpenSSHFolder
  private let grace: Duration
  private let thread: SessionThread
  private var child: ChildProcess
  private var words = OpenSSHWords()
  private var announced = LineBuffer()
  private var isConnected = false
  private var (stdoutIsOpen, stderrIsOpen) = (true, true)
  private var ending: CommandOutcome.Ending?

  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  init(_ login: OpenSSHLogin, in folder: OpenSSHFolder, grace: Duration) throws(Failure) {
    self.login = login
    self.folder = folder
    self.grace = grace
    socket = folder.newSocket()
    thread = try SessionThread()
    child = try ChildProcess(login.command(socket: socket, askpass: folder.askpass))
  }

  /// Waits until it is logged in. Afterwards it is looked after until it ends.
  /// - Parameter answer: what people say to a question of `ssh`; the time they take is not counted.
  func connect(answer: (String) async -> Secret?) async throws(OpenSSHTrouble) {
    var deadline = Deadline.after(login.timeout)
    while !isConnected {
      hear()
      if let question = words.takeQuestion() {
        guard let secret = await answer(question) else { throw await givenUp(.refused(words)) }
        tell(secret)
        deadline = .after(login.timeout)
        continue
      }
      if isConnected { break }
      if reap() {
        hear()
        throw .refused(words)
      }
      switch await waitForWords(until: deadline) {
      case .ready: break
      case .expired: throw await givenUp(.expired(words))
      case .cancelled: throw await givenUp(.cancelled)
      }
    }
    // `self` goes along: as long as the process runs, somebody must read what it says, or it would stop.
    Task { while await self.goOn() {} }
  }

  /// Why the other end made no connection for one who joined, the last time.
  var refusedForward: String? {
    hear()
    return words.refusedForward
  }

  /// The key that was taken on trust; nil for none.
  var newKey: String? { words.tookKey ? words.hostKey ?? "an unnamed key" : nil }

  var isAlive: Bool { isConnected && !reap() }

  /// Why the connection is no more; nil while it is there.
  func loss() async -> String? {
    // The process is reaped a moment after those that joined it have noticed.
    if ending == nil { _ = await waitForEnd(until: .after(.milliseconds(200))) }
    guard let ending else { return nil }
    return words.text.isEmpty ? "ssh ended with \(ending)" : words.text
  }

  func close() async {
    guard ending == nil else { return }
    _ = try? await LocalRemote().run(OpenSSHSlave.control("exit", socket: socket), timeout: grace)
    for signal in [SIGTERM, SIGKILL] {
      if await waitForEnd(until: .after(grace)) { break }
      child.signal(signal)
    }
    _ = await waitForEnd(until: .after(grace))
    unlink(socket)
  }

  private func givenUp(_ trouble: OpenSSHTrouble) async -> OpenSSHTrouble {
    child.signal(SIGTERM)
    if !(await waitForEnd(until: .after(grace))) {
      child.signal(SIGKILL)
      _ = await waitForEnd(until: .after(grace))
    }
    return trouble
  }

  /// One turn of the time after the login; false when the process has ended.
  private func goOn() async -> Bool {
    if reap() { return false }
    _ = await waitForWords(until: nil)
    hear()
    return !reap()
  }

  private func hear() {
    if stdoutIsOpen {
      stdoutIsOpen = Self.drain(child.stdout) { announced.append($0) }
      while let line = announced.next() { if line == OpenSSHLogin.announcement { isConnected = true } }
    }
    if stderrIsOpen { stderrIsOpen = Self.drain(child.stderr) { words.append($0) } }
  }

  /// A passphrase fits into a pipe's buffer.
  private func tell(_ secret: Secret) {
    let line = Array(secret.revealed.utf8) + [UInt8(ascii: "\n")]
    _ = write(child.stdin, line, line.count)
  }

  private func reap() -> Bool {
    if ending == nil { ending = child.reap() }
    return ending != nil
  }

  private func waitForWords(until deadline: Deadline?) async -> Readiness {
    var waits = child.whenEnded.map { [Wait(descriptor: $0, events: POLLIN)] } ?? []
    if stdoutIsOpen { waits.append(Wait(descriptor: child.stdout, events: POLLIN)) }
    if stderrIsOpen { waits.append(Wait(descriptor: child.stderr, events: POLLIN)) }
    return await thread.wait(on: waits, until: deadline)
  }

  private func waitForEnd(until deadline: Deadline) async -> Bool {
    while !reap(), !deadline.hasPassed {
      hear()
      let waits = child.whenEnded.map { [Wait(descriptor: $0, events: POLLIN)] } ?? []
      let next = waits.isEmpty ? min(deadline, .after(.milliseconds(20))) : deadline
      _ = await thread.wait(on: waits, until: next, cancellable: false)
    }
    return ending != nil
  }

  /// Reads what is there; false at the end.
  private static func drain(_ descriptor: Int32, _ take: (UnsafeRawBufferPointer) -> Void) -> Bool {
    withUnsafeTemporaryAllocation(byteCount: 16 * 1024, alignment: 16) { buffer in
      while true {
        let count = read(descriptor, buffer.baseAddress, buffer.count)
        if count == 0 { return false }
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
    }
  }
}

/// Why a connection by `ssh` did not come about.
enum OpenSSHTrouble: Error {
  case refused(OpenSSHWords)
  case expired(OpenSSHWords)
  case cancelled
}

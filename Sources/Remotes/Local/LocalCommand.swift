internal import CaseModel
internal import Glibc

/// How a child process of this machine brings a command to another one, and its streams back.
struct Carrier: Sendable {
  /// What runs here.
  let command: ShellCommand
  /// Why there is no status: told whether the command began, and what was said on stderr.
  let broken: @Sendable (_ hasStarted: Bool, _ stderr: String) async -> Failure
}

/// One running command of this machine, or one that a child process of this machine carries to another, on a thread of its own.
actor LocalCommand {
  /// How long an ended command may take to go before it is killed.
  private static let grace = Duration.seconds(2)

  private let host: HostName
  private let command: ShellCommand
  private let carrier: Carrier?
  private let thread: SessionThread
  private var child: ChildProcess
  private var stdout: OpenStream
  private var stderr: OpenStream
  private var ending: CommandOutcome.Ending?
  private let lines = ConversationState()
  /// Of a conversation's streams.
  private var (outputFrame, errorFrame): (StreamFrame, StreamFrame)
  private let gate = Gate()

  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  init(_ command: ShellCommand, host: HostName, by carrier: Carrier? = nil) throws(Failure) {
    self.host = host
    self.command = command
    self.carrier = carrier
    (outputFrame, errorFrame) = carrier == nil ? (.none, .none) : (.banner, .bannerAndEnding)
    thread = try SessionThread()
    child = try ChildProcess(carrier?.command ?? command)
    stdout = OpenStream(descriptor: child.stdout)
    stderr = OpenStream(descriptor: child.stderr)
  }

  /// Feeds it its input, collects what it prints, and waits for its end.
  func finish(input: [UInt8], limit: Int, timeout: Duration) async throws(Failure) -> CommandOutcome {
    let started = HostTime.now
    let deadline = Deadline.after(timeout)
    var printed = CommandOutput(limit: limit, frame: outputFrame)
    var complained = CommandOutput(limit: limit, frame: errorFrame)
    var written = 0
    if input.isEmpty { child.closeStdin() }
    while stdout.isOpen || stderr.isOpen {
      let progress = [
        feed(input, &written), stdout.read { printed.take($0) }, stderr.read { complained.take($0) },
      ]
      if progress.contains(true), !deadline.hasPassed { continue }
      switch await waitForStreams(writing: true, until: deadline) {
      case .ready: break
      case .expired: throw await abandoned(.timedOut(command, host, timeout, stderr: complained.bytes))
      case .cancelled: throw await abandoned(.cancelled(command, host))
      }
    }
    child.closeStdin()
    printed.end()
    complained.end()
    guard let own = await reaped(until: deadline) else {
      throw await abandoned(.timedOut(command, host, timeout, stderr: complained.bytes))
    }
    let ending = try await told(complained.status, printed.sawMarker, complained.bytes) ?? own
    return CommandOutcome(
      stdout: printed.bytes, stderr: complained.bytes, ending: ending,
      isTruncated: printed.isTruncated || complained.isTruncated, started: started, ended: .now)
  }

  /// Hands on what it prints, as it comes. What it prints on stderr is kept for the outcome.
  /// - Parameter stall: how long nothing may come before it is given up.
  func stream(
    stall: Duration, to take: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) async throws(Failure) -> CommandOutcome {
    let started = HostTime.now
    var complained = CommandOutput(limit: StreamTail.limit, frame: errorFrame)
    child.closeStdin()
    while stdout.isOpen || stderr.isOpen {
      var trouble: Failure?
      let spoke = stdout.read { bytes in
        outputFrame.pass(bytes) { own in
          do throws(Failure) { if trouble == nil { try take(own) } } catch { trouble = error }
        }
      }
      if let trouble { throw await abandoned(trouble) }
      if stderr.read({ complained.take($0) }) || spoke, !Task.isCancelled { continue }
      switch await waitForStreams(writing: false, until: .after(stall)) {
      case .ready: break
      case .expired: throw await abandoned(.timedOut(command, host, stall, stderr: complained.bytes))
      case .cancelled: throw await abandoned(.cancelled(command, host))
      }
    }
    complained.end()
    guard let own = await reaped(until: .after(stall)) else {
      throw await abandoned(.timedOut(command, host, stall, stderr: complained.bytes))
    }
    let ending = try await told(complained.status, outputFrame.sawMarker, complained.bytes) ?? own
    return CommandOutcome(stdout: [], stderr: complained.bytes, ending: ending, started: started, ended: .now)
  }

  /// Waits until a carried command has begun.
  func begin(timeout: Duration) async throws(Failure) {
    let deadline = Deadline.after(timeout)
    while !outputFrame.hasStarted {
      if hear() { continue }
      if !stdout.isOpen { throw await over() }
      switch await waitForStreams(writing: false, until: deadline) {
      case .ready: break
      case .expired: throw await abandoned(.timedOut(command, host, timeout, stderr: lines.stderr.bytes))
      case .cancelled: throw await abandoned(.cancelled(command, host))
      }
    }
  }

  /// Writes a line and waits for one.
  func ask(_ line: String, timeout: Duration) async throws(Failure) -> Exchange {
    await gate.enter()
    defer { gate.leave() }
    let deadline = Deadline.after(timeout)
    let question = try lines.question(line, command, host)
    lines.isInStep = false
    let sent = HostTime.now
    var written = 0
    while true {
      _ = feed(question, &written, thenClose: false)
      _ = hear()
      if let answer = lines.buffer.next() {
        let received = HostTime.now
        lines.isInStep = true
        return Exchange(sent: sent, answer: answer, received: received)
      }
      if !stdout.isOpen { throw await over() }
      if lines.buffer.isOverfull { throw .answerTooLong(command, host) }
      switch await waitForStreams(writing: written < question.count, until: deadline) {
      case .ready: break
      case .expired: throw .noAnswer(command, host, timeout)
      case .cancelled: throw .cancelled(command, host)
      }
    }
  }

  /// Ends its stdin, and it, if it does not go by itself.
  func end() async {
    lines.isInStep = false
    child.closeStdin()
    if await reaped(until: .after(Self.grace)) == nil { await kill() }
  }

  /// Reads what a conversation's streams have; whether that got anywhere.
  private func hear() -> Bool {
    let complained = stderr.read { bytes in errorFrame.pass(bytes) { lines.stderr.append($0) } }
    let spoke = stdout.read { bytes in outputFrame.pass(bytes) { lines.buffer.append($0) } }
    return spoke || complained
  }

  private func over() async -> Failure {
    child.closeStdin()
    while stderr.isOpen, hear() {}
    outputFrame.end { lines.buffer.append($0) }
    errorFrame.end { lines.stderr.append($0) }
    let own = await reaped(until: .after(Self.grace))
    do throws(Failure) {
      let ending = try await told(errorFrame.status, outputFrame.sawMarker, lines.stderr.bytes) ?? own
      return .conversationEnded(command, host, ending, stderr: lines.stderr.text)
    } catch {
      return error
    }
  }

  /// How a carried command ended; nil for one that is not carried.
  private func told(
    _ status: Int32?, _ hasStarted: Bool, _ stderr: [UInt8]
  ) async throws(Failure) -> CommandOutcome.Ending? {
    guard let carrier else { return nil }
    guard let status else { throw await carrier.broken(hasStarted, String(decoding: stderr, as: UTF8.self)) }
    return CommandOutcome.Ending(shellStatus: status)
  }

  /// Writes some of the input; whether it got anywhere.
  private func feed(_ input: [UInt8], _ written: inout Int, thenClose: Bool = true) -> Bool {
    guard child.stdin >= 0, written < input.count else { return false }
    let descriptor = child.stdin
    let count = input[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count > 0 { written += count }
    // A command that does not want the rest of its input is within its rights.
    if written == input.count || (count < 0 && errno == EPIPE), thenClose { child.closeStdin() }
    return count > 0
  }

  private func waitForStreams(writing: Bool, until deadline: Deadline) async -> Readiness {
    var waits = [stdout, stderr].filter(\.isOpen).map { Wait(descriptor: $0.descriptor, events: POLLIN) }
    if writing, child.stdin >= 0 { waits.append(Wait(descriptor: child.stdin, events: POLLOUT)) }
    return await thread.wait(on: waits, until: deadline)
  }

  /// Waits for its end; nil if that did not come in time.
  private func reaped(until deadline: Deadline, cancellable: Bool = true) async -> CommandOutcome.Ending? {
    while ending == nil {
      ending = child.reap()
      if ending != nil || deadline.hasPassed { break }
      // Where the kernel has no descriptor for a process, its end is asked for.
      let next = child.whenEnded == nil ? min(deadline, .after(.milliseconds(20))) : deadline
      let waits = child.whenEnded.map { [Wait(descriptor: $0, events: POLLIN)] } ?? []
      if await thread.wait(on: waits, until: next, cancellable: cancellable) == .cancelled { break }
    }
    return ending
  }

  private func abandoned(_ failure: Failure) async -> Failure {
    if ending == nil {
      child.closeStdin()
      child.signal(SIGTERM)
      if await reaped(until: .after(Self.grace), cancellable: false) == nil { await kill() }
    }
    return failure
  }

  private func kill() async {
    child.signal(SIGKILL)
    _ = await reaped(until: .after(Self.grace), cancellable: false)
  }
}

/// One output of a command, while it lasts.
private struct OpenStream {
  let descriptor: Int32
  private(set) var isOpen = true

  init(descriptor: Int32) { self.descriptor = descriptor }

  /// Reads what is there; whether that got anywhere, be it to the end.
  mutating func read(_ take: (UnsafeRawBufferPointer) -> Void) -> Bool {
    guard isOpen else { return false }
    let count = withUnsafeTemporaryAllocation(byteCount: 64 * 1024, alignment: 16) { buffer in
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count > 0 { take(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
      return count
    }
    if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { isOpen = false }
    return count > 0 || !isOpen
  }
}

internal import CLibSSH2
public import CaseModel

extension SSHSession {
  /// Bytes that the peer may send ahead, and in one packet.
  private static var window: UInt32 { 2 << 20 }
  private static var packet: UInt32 { 32_768 }

  public func run(
    _ command: ShellCommand, input: [UInt8], limit: Int, timeout: Duration
  ) async throws(Failure) -> CommandOutcome {
    let transport = try live()
    let started = HostTime.now
    let deadline = Deadline.after(timeout)
    var streams = CommandStreams(input: input, limit: limit)
    do {
      let channel = try await start(command, on: transport, until: deadline)
      let ending: CommandOutcome.Ending
      do {
        try await pump(&streams, channel, on: transport, until: deadline)
        ending = try await self.ending(of: channel, on: transport, until: deadline)
      } catch {
        await abandon(channel, on: transport)
        throw error
      }
      await abandon(channel, on: transport)
      let outcome = streams.outcome(ending, started: started)
      // A login shell's own success is none of the command's.
      guard streams.stdout.sawMarker || !outcome.isSuccess else { throw Failure.notStarted(command, host, outcome) }
      return outcome
    } catch let trouble as SSHTrouble {
      throw Failure.command(command, host, trouble, timeout: timeout, stderr: streams.stderr.bytes)
    } catch {
      throw error as? Failure ?? .unexpected(error, host)
    }
  }

  /// Opens a channel and starts the command on it.
  func start(
    _ command: ShellCommand, on transport: SSHTransport, until deadline: Deadline
  ) async throws -> OpaquePointer {
    let text = Array(LoginShellCommand(command).text.utf8)
    guard text.count <= LoginShellCommand.longest else { throw Failure.commandTooLong(command, host, text.count) }
    let channel = try await openChannel(on: transport, until: deadline)
    do {
      _ = try await transport.call(until: deadline) {
        text.withUnsafeBufferPointer { text in
          text.withMemoryRebound(to: CChar.self) { text in
            Int(libssh2_channel_process_startup(channel, "exec", 4, text.baseAddress, UInt32(text.count)))
          }
        }
      }
    } catch {
      await abandon(channel, on: transport)
      throw error
    }
    return channel
  }

  /// An opening cannot be taken back: after an interruption it is seen through, and the channel closed again.
  private func openChannel(
    on transport: SSHTransport, until deadline: Deadline
  ) async throws(SSHTrouble) -> OpaquePointer {
    await opening.enter()
    defer { opening.leave() }
    var channel: OpaquePointer?
    func open() -> Int {
      channel = libssh2_channel_open_ex(transport.session, "session", 7, Self.window, Self.packet, nil, 0)
      return channel == nil ? transport.lastCode : 0
    }
    do throws(SSHTrouble) {
      _ = try await transport.call(until: deadline) { open() }
    } catch {
      guard error == .expired || error == .cancelled else { throw error }
      do throws(SSHTrouble) {
        _ = try await transport.call(until: .after(transport.grace), cancellable: false) { open() }
        if let channel { await abandon(channel, on: transport) }
      } catch .expired {
        transport.lose("it does not answer")
      } catch {
        // It ended otherwise, which is as good.
      }
      throw error
    }
    guard let channel else { throw .refused(code: 0, message: "no channel") }
    return channel
  }

  /// Input, output and errors at the same time: read one after the other, one of them would fill its window and stop the rest.
  private func pump(
    _ streams: inout CommandStreams, _ channel: OpaquePointer, on transport: SSHTransport, until deadline: Deadline
  ) async throws(SSHTrouble) {
    while true {
      let seen = transport.received
      var progress = try await feed(&streams, channel, on: transport, until: deadline)
      if try await transport.read(channel, stream: 0, until: deadline, { streams.stdout.take($0) }) { progress = true }
      if try await transport.read(channel, stream: 1, until: deadline, { streams.stderr.take($0) }) {
        progress = true
      }
      if libssh2_channel_eof(channel) == 1 {
        if streams.isInputDone { return }
        // The command may be gone without having read all of its input.
        if try await transport.attempt(until: deadline, { Int(libssh2_channel_wait_closed(channel)) }) != nil { return }
      }
      if Task.isCancelled { throw .cancelled }
      if deadline.hasPassed { throw .expired }
      if !progress { try await transport.readable(since: seen, until: deadline) }
    }
  }

  /// Writes some of the input, and its end; whether it got anywhere.
  private func feed(
    _ streams: inout CommandStreams, _ channel: OpaquePointer, on transport: SSHTransport, until deadline: Deadline
  ) async throws(SSHTrouble) -> Bool {
    if streams.isInputDone { return false }
    do {
      if streams.isAllWritten {
        _ = try await transport.call(until: deadline) { Int(libssh2_channel_send_eof(channel)) }
        streams.isInputDone = true
        return true
      }
      let rest = streams.unwritten
      let count = try await transport.attempt(until: deadline) {
        rest.withUnsafeBytes { libssh2_channel_write_ex(channel, 0, $0.baseAddress, $0.count) }
      }
      streams.written += count ?? 0
      return (count ?? 0) > 0
    } catch .refused {
      // A command that does not want the rest of its input is within its rights.
      streams.isInputDone = true
      return true
    }
  }

  /// libssh2 gives status 0 for a signal and for a lost connection too: hence the signal first, and only after the peer has closed
  /// the channel in form.
  func ending(
    of channel: OpaquePointer, on transport: SSHTransport, until deadline: Deadline
  ) async throws(SSHTrouble) -> CommandOutcome.Ending {
    _ = try await transport.call(until: deadline) { Int(libssh2_channel_wait_closed(channel)) }
    var name: UnsafeMutablePointer<CChar>?
    var length = 0
    libssh2_channel_get_exit_signal(channel, &name, &length, nil, nil, nil, nil)
    guard let name else { return .exited(libssh2_channel_get_exit_status(channel)) }
    defer { libssh2_free(transport.session, name) }
    return .signalled(String(decoding: UnsafeRawBufferPointer(start: name, count: length), as: UTF8.self))
  }

  /// Closes a channel, whatever its state, and frees it. Where the peer does not even take that, the connection goes.
  func abandon(_ channel: OpaquePointer, on transport: SSHTransport) async {
    do {
      _ = try await transport.call(until: .after(transport.grace), cancellable: false) {
        Int(libssh2_channel_free(channel))
      }
    } catch .expired {
      transport.lose("it does not answer")
    } catch {
      // The connection is gone, and the channel goes with it.
    }
  }
}

/// A command's three streams on their way.
struct CommandStreams {
  private static let chunk = 256 * 1024
  private let input: [UInt8]
  var stdout: CommandOutput
  var stderr: CommandOutput
  var written = 0
  var isInputDone = false

  init(input: [UInt8], limit: Int) {
    self.input = input
    stdout = CommandOutput(limit: limit, frame: .banner)
    stderr = CommandOutput(limit: limit, frame: .banner)
  }

  var isAllWritten: Bool { written >= input.count }
  var unwritten: ArraySlice<UInt8> { input[written..<min(input.count, written + Self.chunk)] }

  mutating func outcome(_ ending: CommandOutcome.Ending, started: HostTime) -> CommandOutcome {
    stdout.end()
    stderr.end()
    return CommandOutcome(
      stdout: stdout.bytes, stderr: stderr.bytes, ending: ending, isTruncated: stdout.isTruncated || stderr.isTruncated,
      started: started, ended: .now)
  }
}

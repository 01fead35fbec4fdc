internal import CLibSSH2
public import CaseModel

extension SSHSession {
  /// A file of which nothing comes for so long is given up.
  private static var stall: Duration { .seconds(120) }

  public func fetch(_ path: String, to local: String) async throws(Failure) -> SourceFile {
    let transport = try live()
    await fetching.enter()
    defer { fetching.leave() }
    return try await LocalFile.fetch(path, to: local, on: self) { target throws(Failure) in
      try await copy(path, into: target, on: transport)
    }
  }

  private func copy(
    _ path: String, into target: borrowing LocalFile, on transport: SSHTransport
  ) async throws(Failure) {
    do {
      if let subsystem = try await openSFTP(on: transport) {
        try await copy(path, by: subsystem, into: target, on: transport)
      } else {
        try await copyByCommand(path, into: target, on: transport)
      }
    } catch let trouble as SSHTrouble {
      throw .couldNotFetch(path, host, trouble.words(stall: Self.stall), code: trouble.fetchCode)
    } catch {
      throw error as? Failure ?? .unexpected(error, host)
    }
  }

  /// Nil where the server has no such subsystem.
  private func openSFTP(on transport: SSHTransport) async throws(SSHTrouble) -> OpaquePointer? {
    // It opens a channel of its own.
    await opening.enter()
    defer { opening.leave() }
    var subsystem: OpaquePointer?
    do throws(SSHTrouble) {
      _ = try await transport.call(until: .after(Self.stall)) {
        subsystem = libssh2_sftp_init(transport.session)
        return subsystem == nil ? transport.lastCode : 0
      }
    } catch .refused {
      return nil
    } catch {
      // Half an opening cannot be taken back.
      transport.lose("the fetch of a file was broken off")
      throw error
    }
    return subsystem
  }

  private func copy(
    _ path: String, by subsystem: OpaquePointer, into target: borrowing LocalFile, on transport: SSHTransport
  ) async throws {
    do {
      let file = try await openFile(path, subsystem, on: transport)
      libssh2_sftp_seek64(file, UInt64(target.begun))
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: LocalFile.chunk, alignment: 4096)
      defer { buffer.deallocate() }
      while true {
        let count = try await transport.call(until: .after(Self.stall)) {
          libssh2_sftp_read(file, buffer.baseAddress, buffer.count)
        }
        if count == 0 { break }
        try target.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        if Task.isCancelled { throw SSHTrouble.cancelled }
      }
      await finish(on: transport) { Int(libssh2_sftp_close_handle(file)) }
    } catch {
      await finish(on: transport) { Int(libssh2_sftp_shutdown(subsystem)) }
      throw error
    }
    await finish(on: transport) { Int(libssh2_sftp_shutdown(subsystem)) }
  }

  private func openFile(
    _ path: String, _ subsystem: OpaquePointer, on transport: SSHTransport
  ) async throws -> OpaquePointer {
    var file: OpaquePointer?
    do throws(SSHTrouble) {
      _ = try await transport.call(until: .after(Self.stall)) {
        file = libssh2_sftp_open_ex(
          subsystem, path, UInt32(path.utf8.count), UInt(LIBSSH2_FXF_READ), 0, LIBSSH2_SFTP_OPENFILE)
        return file == nil ? transport.lastCode : 0
      }
    } catch .refused {
      throw Failure.couldNotFetch(path, host, Self.words(ofStatus: libssh2_sftp_last_error(subsystem)))
    }
    guard let file else { throw Failure.couldNotFetch(path, host, "no handle") }
    return file
  }

  /// Closing goes on after an interruption; where the peer does not even take that, the connection goes.
  private func finish(on transport: SSHTransport, _ close: () -> Int) async {
    do throws(SSHTrouble) {
      _ = try await transport.call(until: .after(transport.grace), cancellable: false, close)
    } catch .expired {
      transport.lose("it does not answer")
    } catch {
      // The connection is gone, and the handle goes with it.
    }
  }

  private func copyByCommand(_ path: String, into target: borrowing LocalFile, on transport: SSHTransport) async throws
  {
    let channel = try await start(
      FileStream.command(path, from: target.begun), on: transport, until: .after(Self.stall))
    var stderr = CommandOutput(limit: 4096, frame: .banner)
    do {
      _ = try await transport.call(until: .after(Self.stall)) { Int(libssh2_channel_send_eof(channel)) }
      try await drain(channel, into: target, &stderr, on: transport)
      let ending = try await ending(of: channel, on: transport, until: .after(Self.stall))
      guard ending == .exited(0) else {
        stderr.end()
        let words = String(decoding: stderr.bytes, as: UTF8.self).split(separator: "\n").last.map(String.init)
        throw Failure.couldNotFetch(path, host, words ?? "its reader ended with \(ending)")
      }
    } catch {
      await abandon(channel, on: transport)
      throw error
    }
    await abandon(channel, on: transport)
  }

  private func drain(
    _ channel: OpaquePointer, into target: borrowing LocalFile, _ stderr: inout CommandOutput,
    on transport: SSHTransport
  ) async throws {
    var banner = BannerFilter()
    var chunk: [UInt8] = []
    while true {
      let seen = transport.received
      let deadline = Deadline.after(Self.stall)
      let spoke = try await transport.read(channel, stream: 0, until: deadline) { chunk = banner.pass($0) }
      let complained = try await transport.read(channel, stream: 1, until: deadline) { stderr.take($0) }
      if spoke { try target.append(chunk) }
      if Task.isCancelled { throw SSHTrouble.cancelled }
      if spoke || complained { continue }
      if libssh2_channel_eof(channel) == 1 { return }
      try await transport.readable(since: seen, until: deadline)
    }
  }

  /// draft-ietf-secsh-filexfer-02, 7.
  private static func words(ofStatus status: UInt) -> String {
    switch Int(truncatingIfNeeded: status) {
    case Int(LIBSSH2_FX_NO_SUCH_FILE): "no such file"
    case Int(LIBSSH2_FX_PERMISSION_DENIED): "permission denied"
    default: "the server said no (SFTP status \(status))"
    }
  }
}

extension SSHTrouble {
  /// A connection over which nothing comes any more is as good as lost.
  fileprivate var fetchCode: String {
    switch self {
    case .refused: "fetch"
    case .lost, .expired: "connection-lost"
    case .cancelled: "cancelled"
    }
  }

  fileprivate func words(stall: Duration) -> String {
    switch self {
    case .refused(let code, let message): "the server said no (\(message), libssh2 \(code))"
    case .lost(let reason): "the connection was lost: \(reason)"
    case .expired: "nothing of it came for \(stall.brief)"
    case .cancelled: "the run was interrupted"
    }
  }
}

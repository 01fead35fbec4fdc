internal import CLibSSH2
internal import CaseModel
internal import Glibc

extension SSHSession {
  /// Opens the TCP connection, or has the jump host do it.
  func reach(
    _ resolution: SSHResolution, by jump: JumpLease?, until deadline: Deadline
  ) async throws(SSHTrouble) {
    if let carrier = try jump?.carrier() {
      transport = SSHTransport(socket: carrier.socket, carrier: carrier, thread: thread, grace: grace)
    } else {
      let socket = try await TCPConnection(resolution).open(on: thread, until: deadline)
      transport = SSHTransport(socket: socket, thread: thread, grace: grace)
    }
    if transport == nil { throw .lost("libssh2 could not be started") }
  }

  /// Why the jump host did not come through to the host; nil unless that is the trouble.
  func refusalOnTheWay() async -> String? { await transport?.carrier?.refusal() }

  /// Gives the key that the host shows, which nobody has verified yet.
  func shakeHands(_ algorithms: SSHAlgorithms, until deadline: Deadline) async throws(SSHTrouble) -> [UInt8] {
    guard let transport else { throw .lost("there is no connection") }
    prefer(algorithms, on: transport)
    _ = try await transport.call(until: deadline) {
      Int(libssh2_session_handshake(transport.session, transport.socket))
    }
    var length = 0
    var type: Int32 = 0
    guard let key = libssh2_session_hostkey(transport.session, &length, &type) else { throw .lost("it shows no key") }
    return Array(UnsafeRawBufferPointer(start: key, count: length))
  }

  private func prefer(_ algorithms: SSHAlgorithms, on transport: SSHTransport) {
    let choices: [(Int32, [String])] = [
      (LIBSSH2_METHOD_KEX, algorithms.keyExchanges), (LIBSSH2_METHOD_HOSTKEY, algorithms.hostKeys),
      (LIBSSH2_METHOD_CRYPT_CS, algorithms.ciphers), (LIBSSH2_METHOD_CRYPT_SC, algorithms.ciphers),
      (LIBSSH2_METHOD_MAC_CS, algorithms.macs), (LIBSSH2_METHOD_MAC_SC, algorithms.macs),
    ]
    for (method, names) in choices {
      libssh2_session_method_pref(transport.session, method, names.joined(separator: ","))
    }
  }
}

/// Opens a TCP connection as the configuration wants it.
struct TCPConnection {
  private let resolution: SSHResolution

  init(_ resolution: SSHResolution) { self.resolution = resolution }

  /// One address after the other, until one answers.
  nonisolated(nonsending) func open(
    on thread: SessionThread, until deadline: Deadline
  ) async throws(SSHTrouble) -> Int32 {
    let addresses = try addresses()
    var trouble = SSHTrouble.refused(code: ENOENT, message: "it has no address")
    for (index, address) in addresses.enumerated() {
      // A dead address must leave some time to the others.
      let share = deadline.left / (addresses.count - index)
      do throws(SSHTrouble) {
        return try await connect(address, on: thread, until: .after(share))
      } catch .cancelled {
        throw .cancelled
      } catch {
        trouble = error
      }
    }
    throw trouble
  }

  private struct Address {
    let family: Int32
    var bytes: [UInt8]
  }

  private func addresses() throws(SSHTrouble) -> [Address] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_family =
      resolution.addressFamily == "inet" ? AF_INET : resolution.addressFamily == "inet6" ? AF_INET6 : AF_UNSPEC
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(resolution.hostname, String(resolution.port), &hints, &list)
    guard status == 0 else {
      let words =
        status == EAI_SYSTEM ? strerror(errno).map { String(cString: $0) } : String(cString: gai_strerror(status))
      throw .refused(code: status, message: words ?? "its name could not be resolved")
    }
    defer { freeaddrinfo(list) }
    var result: [Address] = []
    var next = list
    while let info = next?.pointee {
      let bytes = UnsafeRawBufferPointer(start: info.ai_addr, count: Int(info.ai_addrlen))
      result.append(Address(family: info.ai_family, bytes: Array(bytes)))
      next = info.ai_next
    }
    return result
  }

  private nonisolated(nonsending) func connect(
    _ address: Address, on thread: SessionThread, until deadline: Deadline
  ) async throws(SSHTrouble) -> Int32 {
    let descriptor = socket(
      address.family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    guard descriptor >= 0 else { throw Self.trouble(errno) }
    var isOpen = false
    defer { if !isOpen { close(descriptor) } }
    // Small packets go back and forth: without this each of them waits up to 40 ms for another's acknowledgement.
    var on: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
    let status = address.bytes.withUnsafeBytes { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { Glibc.connect(descriptor, $0.baseAddress, socklen_t(bytes.count)) }
    }
    if status != 0 {
      guard errno == EINPROGRESS else { throw Self.trouble(errno) }
      switch await thread.wait(on: [Wait(descriptor: descriptor, events: POLLOUT)], until: deadline) {
      case .ready: break
      case .expired: throw Self.trouble(ETIMEDOUT)
      case .cancelled: throw .cancelled
      }
      var error: Int32 = 0
      var length = socklen_t(4)
      getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length)
      guard error == 0 else { throw Self.trouble(error) }
    }
    isOpen = true
    return descriptor
  }

  private static func trouble(_ status: Int32) -> SSHTrouble {
    .refused(code: status, message: String(cString: strerror(status)))
  }
}

internal import CLibSSH2
public import CaseModel
internal import FoundationEssentials
internal import Glibc

/// Connects by SSH as OpenSSH would: `ssh -G` says where to, as whom and with what, and libssh2 is the transport.
public struct SSHConnector: Connector {
  private let silence: Duration
  private let grace: Duration
  private let note: @Sendable (JournalEntry) -> Void

  /// - Parameter silence: a peer from which nothing came for so long, though asked, counts as lost.
  /// - Parameter grace: what an interrupted command gets to end its channel in form, before the connection is given up.
  /// - Parameter note: told what a user should know of, such as a host key that was taken on trust.
  public init(
    silence: Duration = .seconds(30), grace: Duration = .seconds(2),
    note: @escaping @Sendable (JournalEntry) -> Void = { _ in }
  ) {
    self.grace = grace
    self.silence = silence
    self.note = note
  }

  public func connect(_ target: ConnectionTarget) async throws(Failure) -> any Remote {
    let resolver = SSHResolver(target: target)
    let resolution = try await resolver.resolve()
    let knownHosts = try await KnownHostsFiles(target: target, resolution: resolution, note: note)
    let algorithms = SSHAlgorithms(resolution, knownTypes: knownHosts.found.types)
    if let missing = algorithms.missing {
      throw .unsupported(target.host, "the configuration allows none of the \(missing) that libssh2 has")
    }
    let plan = try resolver.loginPlan(resolution)
    let timeout = max(target.timeout, .seconds(resolution.connectTimeout ?? 0))
    let attempt = SSHAttempt(
      host: target.host, resolution: resolution, algorithms: algorithms, knownHosts: knownHosts, plan: plan,
      grace: grace,
      timeout: timeout)
    let late = Failure.handshake(target.host, .expired, timeout: timeout)
    let session = try await abandoning(after: timeout + .seconds(1), with: late) { () async throws(Failure) in
      try await attempt.connect()
    }
    await session.watchSilence(silence)
    return session
  }
}

/// One login, with everything that it needs known beforehand.
private struct SSHAttempt {
  /// A server that has too many logins under way drops some before they begin (`MaxStartups`).
  private static let tries = 6

  let host: HostName
  let resolution: SSHResolution
  let algorithms: SSHAlgorithms
  let knownHosts: KnownHostsFiles
  let plan: LoginPlan
  let grace: Duration
  let timeout: Duration

  func connect() async throws(Failure) -> SSHSession {
    let deadline = Deadline.after(timeout)
    let (session, key) = try await shakeHands(until: deadline)
    do throws(Failure) {
      try await knownHosts.verify(key)
      try await session.authenticate(plan, until: deadline)
    } catch {
      await session.close()
      throw error
    }
    return session
  }

  /// Tried again only before authentication, after a pause that differs from host to host.
  private func shakeHands(until deadline: Deadline) async throws(Failure) -> (SSHSession, [UInt8]) {
    for attempt in 1... {
      let session = try SSHSession(host: host, grace: grace)
      do throws(SSHTrouble) { try await session.reach(resolution, until: deadline) } catch { throw unreachable(error) }
      do throws(SSHTrouble) {
        return (session, try await session.shakeHands(algorithms, until: deadline))
      } catch {
        guard attempt < Self.tries, error.isDropped else { throw .handshake(host, error, timeout: timeout) }
      }
      let pause = Duration.milliseconds(Int.random(in: 50...(150 << attempt)))
      guard pause < deadline.left, (try? await Task.sleep(for: pause)) != nil else {
        throw .handshake(host, Task.isCancelled ? .cancelled : .expired, timeout: timeout)
      }
    }
    throw .handshake(host, .expired, timeout: timeout)
  }

  private func unreachable(_ trouble: SSHTrouble) -> Failure {
    switch trouble {
    case .refused(_, let message), .lost(let message):
      .unreachable(host, resolution.hostname, resolution.port, message)
    case .expired: .unreachable(host, resolution.hostname, resolution.port, "no answer within \(timeout.brief)")
    case .cancelled: .handshake(host, .cancelled, timeout: timeout)
    }
  }
}

extension SSHTrouble {
  /// Whether the peer hung up before saying anything.
  fileprivate var isDropped: Bool {
    switch self {
    case .lost: true
    case .refused(let code, _): code == LIBSSH2_ERROR_BANNER_RECV || code == LIBSSH2_ERROR_BANNER_SEND
    case .expired, .cancelled: false
    }
  }
}

extension SSHSession {
  /// Looks after the connection until it ends. Does not keep the session alive.
  func watchSilence(_ silence: Duration) {
    let pause = max(silence / 12, .milliseconds(20))
    Task.detached { [weak self] in
      while true {
        try? await Task.sleep(for: pause)
        guard let self, await self.keepAlive(silence: silence) else { return }
      }
    }
  }
}

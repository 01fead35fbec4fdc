internal import CLibSSH2
public import CaseModel
internal import FoundationEssentials
internal import Glibc

/// Connects by SSH as OpenSSH would: `ssh -G` says where to, as whom and with what. The transport is libssh2 where it can serve
/// the host and the keys, and the system's own `ssh` elsewhere.
public struct SSHConnector: Connector {
  private let silence: Duration
  private let grace: Duration
  private let passphrases: Passphrases?
  private let note: @Sendable (JournalEntry) -> Void
  private let openSSH: OpenSSHConnector

  /// - Parameter silence: a peer from which nothing came for so long, though asked, counts as lost.
  /// - Parameter grace: what an interrupted command gets to end its channel in form, before the connection is given up.
  /// - Parameter passphrases: whom to ask for a passphrase; nil for nobody.
  /// - Parameter note: told what a user should know of, such as a host key that was taken on trust.
  public init(
    silence: Duration = .seconds(30), grace: Duration = .seconds(2), passphrases: Passphrases? = nil,
    note: @escaping @Sendable (JournalEntry) -> Void = { _ in }
  ) {
    self.grace = grace
    self.silence = silence
    self.passphrases = passphrases
    self.note = note
    openSSH = OpenSSHConnector(silence: silence, grace: grace, passphrases: passphrases, note: note)
  }

  public func connect(_ target: ConnectionTarget) async throws(Failure) -> any Remote {
    let preparation = try await SSHPreparation(target, note: note)
    if let reason = try await preparation.reasonForOpenSSH() { return try await connect(preparation, because: reason) }
    do throws(Failure) {
      return try await connectByLibSSH2(preparation)
    } catch {
      // Nobody has been told who we are yet.
      guard error.code == Failure.noCommonAlgorithm, target.transport == .automatic else { throw error }
      return try await connect(preparation, because: error.cause)
    }
  }

  private func connect(_ preparation: SSHPreparation, because reason: String) async throws(Failure) -> any Remote {
    note(
      JournalEntry(
        at: .now, event: "note", host: preparation.target.host,
        says: "the transport is the system's ssh, not libssh2: \(reason)"))
    return try await openSSH.connect(preparation)
  }

  private func connectByLibSSH2(_ preparation: SSHPreparation) async throws(Failure) -> SSHSession {
    let (host, timeout) = (preparation.target.host, preparation.timeout)
    let attempt = SSHAttempt(
      host: host, resolution: preparation.resolution, jump: try await openSSH.way(to: preparation).map(JumpLease.init),
      algorithms: preparation.algorithms, knownHosts: preparation.knownHosts,
      plan: await withPassphrases(preparation.plan), grace: grace, timeout: timeout)
    let late = Failure.handshake(host, .expired, timeout: timeout)
    let session = try await abandoning(after: timeout + .seconds(1), with: late) { () async throws(Failure) in
      try await attempt.connect()
    }
    await session.watchSilence(silence)
    return session
  }

  private func withPassphrases(_ plan: LoginPlan) async -> LoginPlan {
    guard let passphrases, plan.identities.contains(where: \.file.isEncrypted) else { return plan }
    var plan = plan
    for path in plan.encrypted(agent: await AgentKeys.list(plan.agent)) {
      plan.passphrases[path] = await passphrases.answer(to: Passphrases.question(path))
    }
    return plan
  }
}

/// One login, with everything that it needs known beforehand.
private struct SSHAttempt {
  /// A server that has too many logins under way drops some before they begin (`MaxStartups`).
  private static let tries = 6

  let host: HostName
  let resolution: SSHResolution
  /// Nil where nothing is in between.
  let jump: JumpLease?
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
      do throws(SSHTrouble) { try await session.reach(resolution, by: jump, until: deadline) } catch {
        throw unreachable(error)
      }
      do throws(SSHTrouble) {
        return (session, try await session.shakeHands(algorithms, until: deadline))
      } catch {
        if let reason = await session.refusalOnTheWay() {
          throw .unreachable(host, resolution.hostname, resolution.port, "the jump host says: \(reason)")
        }
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

internal import CaseModel
internal import Synchronization

/// Connects by the system's own `ssh`, each session with a connection of its own, and all of them by one to each jump host.
final class OpenSSHConnector: Sendable {
  /// A server that has too many logins under way drops some before they begin (`MaxStartups`).
  private static let tries = 6
  /// A chain of jump hosts longer than this goes in a circle.
  private static let mostHops = 8

  private let silence: Duration
  private let grace: Duration
  private let passphrases: Passphrases?
  private let note: @Sendable (JournalEntry) -> Void
  private let bastions = OpenSSHBastions()
  private let shared = Mutex<OpenSSHFolder?>(nil)

  init(
    silence: Duration, grace: Duration, passphrases: Passphrases?, note: @escaping @Sendable (JournalEntry) -> Void
  ) {
    self.silence = silence
    self.grace = grace
    self.passphrases = passphrases
    self.note = note
  }

  func connect(_ preparation: SSHPreparation) async throws(Failure) -> OpenSSHRemote {
    let way = try await way(to: preparation)
    do throws(Failure) {
      let master = try await logIn(preparation, by: way)
      return OpenSSHRemote(host: preparation.target.host, master: master) { await way?.release() }
    } catch {
      await way?.release()
      throw error
    }
  }

  /// Nil where no jump host is in between.
  func way(to preparation: SSHPreparation) async throws(Failure) -> JumpWay? {
    try await way(to: preparation, hops: 0)
  }

  private func way(to preparation: SSHPreparation, hops: Int) async throws(Failure) -> JumpWay? {
    guard let jumps = preparation.resolution.proxyJump else { return nil }
    let host = preparation.target.host
    guard let last = JumpHost(lastOf: jumps), hops < Self.mostHops else {
      throw .configuration(host, "`ProxyJump \(jumps)` \(hops < Self.mostHops ? "names no host" : "goes in a circle")")
    }
    do throws(Failure) {
      let bastion = try await SSHPreparation(last.target(for: preparation.target), note: note)
      let before = try await way(to: bastion, hops: hops + 1)
      let key = login(bastion, by: before?.proxyCommand).words + [bastion.target.address]
      let master = try await bastions.master(key) { () async throws(Failure) in
        OpenSSHBastions.Bastion(master: try await self.logIn(bastion, by: before)) { await before?.release() }
      }
      return JumpWay(
        words: OpenSSHSlave.forward(
          to: preparation.resolution.hostname, port: preparation.resolution.port, socket: master.socket),
        bastion: master
      ) { await self.bastions.release(key, master) }
    } catch {
      throw hops == 0 ? .bastion(last.text, host, error) : error
    }
  }

  private func login(_ preparation: SSHPreparation, by proxyCommand: String?) -> OpenSSHLogin {
    OpenSSHLogin(
      target: preparation.target, resolution: preparation.resolution, acceptsNew: preparation.knownHosts.acceptsNew,
      timeout: preparation.timeout, silence: silence, asks: passphrases != nil || preparation.target.password != nil,
      proxyCommand: proxyCommand)
  }

  /// Tried again only before authentication, after a pause that differs from host to host.
  private func logIn(_ preparation: SSHPreparation, by way: JumpWay?) async throws(Failure) -> OpenSSHMaster {
    let login = login(preparation, by: way?.proxyCommand)
    try preparation.knownHosts.endLastLine()
    let deadline = Deadline.after(preparation.timeout)
    var attempt = 1
    while true {
      let master = try OpenSSHMaster(login, in: folder(), grace: grace)
      do throws(OpenSSHTrouble) {
        try await master.connect { await self.answer($0, for: preparation.target) }
        if let key = await master.newKey { preparation.knownHosts.noteTrust(key) }
        return master
      } catch {
        let pause = Duration.milliseconds(Int.random(in: 50...(150 << attempt)))
        guard error.isDropped, attempt < Self.tries, pause < deadline.left, (try? await Task.sleep(for: pause)) != nil
        else {
          if case .refused(let words) = error, words.isRefusedForward, let reason = await way?.bastion.refusedForward {
            throw .unreachable(
              login.target.host, login.resolution.hostname, login.resolution.port, "the jump host says: \(reason)")
          }
          throw .openSSH(login, error, plan: preparation.plan, known: preparation.knownHosts)
        }
      }
      attempt += 1
    }
  }

  /// A password is for the question that asks for one; everything else is asked of people.
  private func answer(_ question: String, for target: ConnectionTarget) async -> Secret? {
    if let password = target.password, question.lowercased().hasSuffix("password: ") { return password }
    return await passphrases?.answer(to: question)
  }

  private func folder() throws(Failure) -> OpenSSHFolder {
    let result: Result<OpenSSHFolder, Failure> = shared.withLock { shared in
      if let shared { return .success(shared) }
      do throws(Failure) {
        let folder = try OpenSSHFolder()
        shared = folder
        return .success(folder)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}

extension OpenSSHTrouble {
  /// Whether the peer hung up before saying anything of itself.
  fileprivate var isDropped: Bool {
    guard case .refused(let words) = self, words.hostKey == nil, !words.isRefusedForward else {
      return false
    }
    return words.says("kex_exchange_identification: ")
  }
}

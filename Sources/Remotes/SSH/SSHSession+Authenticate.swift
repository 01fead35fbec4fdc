internal import CLibSSH2
internal import CaseModel

extension SSHSession {
  /// Offers one key after the other, as one user, until the server takes one.
  func authenticate(_ plan: LoginPlan, until deadline: Deadline) async throws(Failure) {
    let transport = try live()
    var plan = plan
    let agent = SSHAgent(transport, socket: plan.agent)
    let offers = plan.offers(agent: agent?.keys ?? [])
    var tried: [String] = []
    for offer in offers {
      do throws(SSHTrouble) {
        tried.append(offer.description)
        try await self.offer(offer, plan.user, agent, on: transport, until: deadline)
        return
      } catch .refused {
        // The next key may be the right one.
      } catch {
        throw .loginBrokenOff(host, user: plan.user, error, tried: tried)
      }
    }
    throw .authentication(
      host, user: plan.user, tried: tried, skipped: plan.skipped,
      cause: tried.isEmpty ? "there is no key to offer" : "the server took none of the keys")
  }

  private func offer(
    _ offer: LoginPlan.Offer, _ user: String, _ agent: SSHAgent?, on transport: SSHTransport, until deadline: Deadline
  ) async throws(SSHTrouble) {
    _ = try await transport.call(until: deadline) {
      switch offer {
      case .file(let path, let passphrase):
        return Int(
          libssh2_userauth_publickey_fromfile_ex(
            transport.session, user, UInt32(user.utf8.count), nil, path, passphrase?.revealed ?? ""))
      case .agent(let key, _): return agent?.authenticate(user, with: key) ?? Int(LIBSSH2_ERROR_AGENT_PROTOCOL)
      }
    }
  }
}

/// A connection to the user's ssh-agent, as long as a login takes.
private final class SSHAgent {
  private let agent: OpaquePointer
  private var identities: [[UInt8]: UnsafeMutablePointer<libssh2_agent_publickey>] = [:]
  private(set) var keys: [LoginPlan.AgentKey] = []

  /// Nil where there is no agent that answers; keys in files may do without.
  init?(_ transport: SSHTransport, socket: String?) {
    guard let socket, let agent = libssh2_agent_init(transport.session) else { return nil }
    libssh2_agent_set_identity_path(agent, socket)
    // After a failed connect libssh2 1.10 would close its descriptor again when freed, which by then may be another's: the few
    // bytes are left to the session instead.
    guard libssh2_agent_connect(agent) == 0 else { return nil }
    guard libssh2_agent_list_identities(agent) == 0 else {
      libssh2_agent_disconnect(agent)
      libssh2_agent_free(agent)
      return nil
    }
    self.agent = agent
    var previous: UnsafeMutablePointer<libssh2_agent_publickey>?
    var next: UnsafeMutablePointer<libssh2_agent_publickey>?
    while libssh2_agent_get_identity(agent, &next, previous) == 0, let identity = next {
      let key = Array(UnsafeBufferPointer(start: identity.pointee.blob, count: identity.pointee.blob_len))
      identities[key] = identity
      keys.append(
        LoginPlan.AgentKey(key: key, comment: identity.pointee.comment.map { String(cString: $0) } ?? ""))
      previous = identity
    }
  }

  deinit {
    libssh2_agent_disconnect(agent)
    libssh2_agent_free(agent)
  }

  func authenticate(_ user: String, with key: [UInt8]) -> Int {
    guard let identity = identities[key] else { return Int(LIBSSH2_ERROR_AGENT_PROTOCOL) }
    return Int(libssh2_agent_userauth(agent, user, identity))
  }
}

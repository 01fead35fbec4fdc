internal import CaseModel

/// All that is known of a login before anything is sent.
struct SSHPreparation: Sendable {
  let target: ConnectionTarget
  let resolution: SSHResolution
  let knownHosts: KnownHostsFiles
  let plan: LoginPlan

  init(_ target: ConnectionTarget, note: @escaping @Sendable (JournalEntry) -> Void) async throws(Failure) {
    let resolver = SSHResolver(target: target)
    self.target = target
    resolution = try await resolver.resolve()
    knownHosts = try await KnownHostsFiles(target: target, resolution: resolution, note: note)
    plan = try resolver.loginPlan(resolution)
  }

  var timeout: Duration { max(target.timeout, .seconds(resolution.connectTimeout ?? 0)) }

  var algorithms: SSHAlgorithms { SSHAlgorithms(resolution, knownTypes: knownHosts.found.types) }

  /// Why the system's `ssh` has to do it; nil where libssh2 can.
  func reasonForOpenSSH() async throws(Failure) -> String? {
    if target.transport == .openSSH { return "it was asked for" }
    if target.password != nil, target.transport == .automatic { return "a password is given" }
    let agent = await AgentKeys.list(plan.agent)
    let choice = TransportChoice(resolution: resolution, knownHosts: knownHosts.found, plan: plan, agent: agent)
    guard let reason = choice.reasonForOpenSSH else { return nil }
    if target.transport == .libssh2 { throw .unsupported(target.host, reason) }
    return reason
  }
}

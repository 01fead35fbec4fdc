/// Whether libssh2 can serve a login, told before anything is sent: from the configuration, the types of the keys and what the host
/// is known by. After a failed authentication no second way may be tried, since that could lock the account.
struct TransportChoice {
  let resolution: SSHResolution
  let knownHosts: KnownHosts
  let plan: LoginPlan
  /// What the agent holds.
  let agent: [LoginPlan.AgentKey]

  /// Why the system's `ssh` has to do it; nil where libssh2 can.
  var reasonForOpenSSH: String? { reasonInConfiguration ?? reasonInHostKeys ?? reasonInUserKeys }

  private var reasonInConfiguration: String? {
    if resolution.proxyCommand != nil { return "`ProxyCommand`" }
    if let file = resolution.certificateFiles.first { return "`CertificateFile \(file)`" }
    if let address = resolution.bindAddress { return "`BindAddress \(address)`" }
    if let interface = resolution.bindInterface { return "`BindInterface \(interface)`" }
    if !resolution.publicKeyAuthentication { return "`PubkeyAuthentication no`" }
    if resolution.verifiesKeysByDNS { return "`VerifyHostKeyDNS`" }
    if resolution.hasKnownHostsCommand { return "`KnownHostsCommand`" }
    let algorithms = SSHAlgorithms(resolution, knownTypes: [])
    return algorithms.missing.map { "the configuration allows none of the \($0) that libssh2 has" }
  }

  private var reasonInHostKeys: String? {
    if knownHosts.types.contains(where: SSHAlgorithms.hostKeys.contains) { return nil }
    if knownHosts.hasCertificateAuthority { return "it is known by a certificate authority" }
    return knownHosts.types.isEmpty ? nil : "it is known only by its \(knownHosts.types.joined(separator: ", ")) key"
  }

  private var reasonInUserKeys: String? {
    for identity in plan.identities {
      if identity.hasCertificate { return "`\(identity.path)` has a certificate" }
      if let reason = UserKeyType.unsupported(identity.type) { return "`\(identity.path)`: \(reason)" }
    }
    for key in plan.mayOffer(agent) {
      if let reason = UserKeyType.unsupported(KnownHosts.type(ofKey: key.key)) {
        return "`\(key.comment)` of the agent: \(reason)"
      }
    }
    return nil
  }
}

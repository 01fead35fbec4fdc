internal import CaseModel

/// With which keys to log in, and in which order: those configured first, the agent's others only where they may be used. What
/// cannot be used is remembered, so that a failed login can say so.
struct LoginPlan {
  struct AgentKey: Equatable {
    let key: [UInt8]
    let comment: String
  }

  struct Identity: Equatable {
    let path: String
    let file: PrivateKeyFile
    /// Of the `.pub` file beside it.
    var publicKey: [UInt8]?
    /// Beside it lies a certificate, which `ssh` would show too.
    var hasCertificate = false

    /// Nil where neither file says.
    var type: String? { file.type ?? publicKey.flatMap(KnownHosts.type(ofKey:)) }
    var knownKey: [UInt8]? { file.publicKey ?? publicKey }
  }

  enum Offer: Equatable, CustomStringConvertible {
    case file(String, passphrase: Secret?)
    case agent([UInt8], comment: String)

    var description: String {
      switch self {
      case .file(let path, _): "`\(path)`"
      case .agent(_, let comment): "`\(comment)` of the agent"
      }
    }
  }

  let user: String
  /// The agent's socket; nil for none.
  let agent: String?
  let identities: [Identity]
  let identitiesOnly: Bool
  /// By path, of those that people were asked for.
  var passphrases: [String: Secret] = [:]
  private(set) var skipped: [String] = []

  init(user: String, agent: String?, identities: [Identity], identitiesOnly: Bool) {
    self.user = user
    self.agent = agent
    self.identities = identities
    self.identitiesOnly = identitiesOnly
  }

  /// In the order in which they are to be tried.
  mutating func offers(agent keys: [AgentKey]) -> [Offer] {
    var offers: [Offer] = []
    var rest = keys
    for identity in identities {
      if let reason = UserKeyType.unsupported(identity.type) {
        skipped.append("`\(identity.path)`: \(reason)")
        rest.removeAll { $0.key == identity.knownKey }
      } else if let index = rest.firstIndex(where: { $0.key == identity.knownKey }) {
        let key = rest.remove(at: index)
        offers.append(.agent(key.key, comment: key.comment))
      } else if identity.file.isEncrypted, passphrases[identity.path] == nil {
        skipped.append("`\(identity.path)`: it is encrypted, and the agent does not hold it")
      } else {
        offers.append(.file(identity.path, passphrase: passphrases[identity.path]))
      }
    }
    return identitiesOnly ? offers : offers + others(rest)
  }

  /// The agent's keys that may be offered.
  func mayOffer(_ keys: [AgentKey]) -> [AgentKey] {
    identitiesOnly ? keys.filter { key in identities.contains { $0.knownKey == key.key } } : keys
  }

  /// Keys that need a passphrase which the agent does not spare.
  func encrypted(agent keys: [AgentKey]) -> [String] {
    identities.filter { identity in identity.file.isEncrypted && !keys.contains { $0.key == identity.knownKey } }
      .map(\.path)
  }

  private mutating func others(_ keys: [AgentKey]) -> [Offer] {
    var offers: [Offer] = []
    for key in keys {
      if let reason = UserKeyType.unsupported(KnownHosts.type(ofKey: key.key)) {
        skipped.append("`\(key.comment)` of the agent: \(reason)")
      } else {
        offers.append(.agent(key.key, comment: key.comment))
      }
    }
    return offers
  }
}

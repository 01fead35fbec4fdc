/// What is offered to a server: what libssh2 knows, without SHA-1, MD5, CBC, RC4 and DSA, and without what the configuration leaves
/// out.
struct SSHAlgorithms: Equatable {
  static let keyExchanges = [
    "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512", "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group14-sha256",
  ]
  static let hostKeys = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"]
  static let ciphers = ["aes256-ctr", "aes192-ctr", "aes128-ctr"]
  static let macs = ["hmac-sha2-256", "hmac-sha2-512"]

  let keyExchanges: [String]
  /// Those first that the host is known by.
  let hostKeys: [String]
  let ciphers: [String]
  let macs: [String]

  init(_ resolution: SSHResolution, knownTypes: [String]) {
    keyExchanges = Self.allowed(Self.keyExchanges, by: resolution.keyExchanges)
    ciphers = Self.allowed(Self.ciphers, by: resolution.ciphers)
    macs = Self.allowed(Self.macs, by: resolution.macs)
    hostKeys = Self.hostKeys.filter(knownTypes.contains) + Self.hostKeys.filter { !knownTypes.contains($0) }
  }

  /// The first kind of which nothing is left: `ciphers`.
  var missing: String? {
    if keyExchanges.isEmpty { return "key exchanges" }
    if ciphers.isEmpty { return "ciphers" }
    return macs.isEmpty ? "MACs" : nil
  }

  private static func allowed(_ ours: [String], by configured: [String]) -> [String] {
    configured.isEmpty ? ours : ours.filter(configured.contains)
  }
}

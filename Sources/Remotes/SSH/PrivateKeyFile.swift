internal import FoundationEssentials

/// What can be told of a private key without its passphrase.
struct PrivateKeyFile: Equatable {
  /// `ssh-ed25519`, `ecdsa`, `ssh-rsa`, ...; nil where the file does not say.
  var type: String?
  var isEncrypted = false
  /// As an agent and a server know it; nil where the file does not hold it in clear.
  var publicKey: [UInt8]?

  /// Nil for text that is no private key.
  init?(_ text: String) {
    let lines = text.split(whereSeparator: \.isNewline).map(String.init)
    guard let begin = lines.firstIndex(where: { $0.hasPrefix("-----BEGIN ") && $0.hasSuffix("PRIVATE KEY-----") })
    else {
      return nil
    }
    let body = lines[(begin + 1)...].prefix { !$0.hasPrefix("-----END") }
    switch lines[begin].dropFirst("-----BEGIN ".count).dropLast("-----".count) {
    case "OPENSSH PRIVATE KEY": guard readOpenSSH(body.joined()) else { return nil }
    case "EC PRIVATE KEY": type = "ecdsa"
    case "RSA PRIVATE KEY": type = "ssh-rsa"
    case "DSA PRIVATE KEY": type = "ssh-dss"
    case "ENCRYPTED PRIVATE KEY": isEncrypted = true
    default: break
    }
    if body.contains(where: { $0.hasPrefix("Proc-Type:") && $0.contains("ENCRYPTED") }) { isEncrypted = true }
  }

  /// The form of OpenSSH (PROTOCOL.key): magic, cipher, KDF and its options, the number of keys, then the public key.
  private mutating func readOpenSSH(_ base64: String) -> Bool {
    guard let data = Data(base64Encoded: base64) else { return false }
    let magic = Array("openssh-key-v1\0".utf8)
    guard data.starts(with: magic) else { return false }
    var reader = SSHStrings(Array(data.dropFirst(magic.count)))
    guard let cipher = reader.string(), reader.string() != nil, reader.string() != nil, reader.number() == 1,
      let key = reader.string()
    else { return false }
    isEncrypted = cipher != Array("none".utf8)
    publicKey = key
    type = KnownHosts.type(ofKey: key)
    return true
  }
}

/// The strings and numbers of SSH's own encoding (RFC 4251, 5).
private struct SSHStrings {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  mutating func number() -> Int? {
    guard rest.count >= 4 else { return nil }
    defer { rest = rest.dropFirst(4) }
    return rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
  }

  mutating func string() -> [UInt8]? {
    guard let length = number(), rest.count >= length else { return nil }
    defer { rest = rest.dropFirst(length) }
    return Array(rest.prefix(length))
  }
}

/// Which keys libssh2 can log in with, by their type.
enum UserKeyType {
  /// Why a key of this type cannot be used; nil if it can.
  static func unsupported(_ type: String?) -> String? {
    guard let type else { return nil }
    if type.contains("-cert-v01@") { return "libssh2 cannot use certificates" }
    if type.hasPrefix("sk-") { return "libssh2 cannot use security keys" }
    if type == "ssh-rsa" || type.hasPrefix("rsa-") { return "libssh2 cannot use RSA keys" }
    if type == "ssh-ed25519" || type.hasPrefix("ecdsa") { return nil }
    return "libssh2 cannot use keys of type `\(type)`"
  }
}

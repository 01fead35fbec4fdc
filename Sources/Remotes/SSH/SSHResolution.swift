/// What OpenSSH's configuration says of a host, as `ssh -G` prints it.
struct SSHResolution: Equatable {
  enum StrictChecking: Equatable {
    case yes
    case ask
    case acceptNew
    case off
  }

  var hostname = ""
  var port = 22
  var user = ""
  /// Unexpanded; the defaults are listed like configured ones, whether they exist or not.
  var identityFiles: [String] = []
  var certificateFiles: [String] = []
  var identitiesOnly = false
  /// Unexpanded; nil is `SSH_AUTH_SOCK`.
  var identityAgent: String?
  var publicKeyAuthentication = true
  var proxyJump: String?
  var proxyCommand: String?
  var userKnownHosts: [String] = []
  var globalKnownHosts: [String] = []
  var strictChecking = StrictChecking.ask
  var hostKeyAlias: String?
  var hashesKnownHosts = false
  /// `any`, `inet` or `inet6`.
  var addressFamily = "any"
  var bindAddress: String?
  var bindInterface: String?
  var verifiesKeysByDNS = false
  var hasKnownHostsCommand = false
  /// Seconds.
  var connectTimeout: Int?
  var keyExchanges: [String] = []
  var ciphers: [String] = []
  var macs: [String] = []

  /// Reads the output; keys that are not asked for here are passed over.
  init(_ output: String) {
    for line in output.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: " ", maxSplits: 1)
      if parts.count == 2 { set(parts[0].lowercased(), String(parts[1])) }
    }
  }

  private mutating func set(_ key: String, _ value: String) {
    switch key {
    case "hostname": hostname = value
    case "port": port = Int(value) ?? port
    case "user": user = value
    case "identityfile": identityFiles.append(value)
    case "certificatefile": certificateFiles.append(value)
    case "identitiesonly": identitiesOnly = Self.isYes(value)
    case "identityagent": identityAgent = value
    case "pubkeyauthentication": publicKeyAuthentication = value != "no" && value != "false"
    case "proxyjump": proxyJump = Self.unlessNone(value)
    case "proxycommand": proxyCommand = Self.unlessNone(value)
    case "userknownhostsfile": userKnownHosts = Self.words(value)
    case "globalknownhostsfile": globalKnownHosts = Self.words(value)
    case "stricthostkeychecking": strictChecking = Self.strictness(value)
    case "hostkeyalias": hostKeyAlias = Self.unlessNone(value)
    case "hashknownhosts": hashesKnownHosts = Self.isYes(value)
    case "addressfamily": addressFamily = value
    case "bindaddress": bindAddress = Self.unlessNone(value)
    case "bindinterface": bindInterface = Self.unlessNone(value)
    case "verifyhostkeydns": verifiesKeysByDNS = Self.isYes(value)
    case "knownhostscommand": hasKnownHostsCommand = Self.unlessNone(value) != nil
    case "connecttimeout": connectTimeout = Int(value)
    case "kexalgorithms": keyExchanges = Self.list(value)
    case "ciphers": ciphers = Self.list(value)
    case "macs": macs = Self.list(value)
    default: break
    }
  }

  private static func isYes(_ value: String) -> Bool { value == "yes" || value == "true" }
  private static func unlessNone(_ value: String) -> String? { value.lowercased() == "none" ? nil : value }
  private static func words(_ value: String) -> [String] {
    value.split(separator: " ").map(String.init).filter { $0 != "none" }
  }
  private static func list(_ value: String) -> [String] { value.split(separator: ",").map(String.init) }

  private static func strictness(_ value: String) -> StrictChecking {
    switch value {
    case "yes", "true": .yes
    case "no", "off", "false": .off
    case "accept-new": .acceptNew
    default: .ask
    }
  }
}

extension SSHResolution {
  /// The names under which the host's key is looked up, as OpenSSH does: with its port, and failing that without.
  var knownHostNames: [String] {
    if let hostKeyAlias { return [hostKeyAlias] }
    let name = hostname.lowercased()
    return port == 22 ? [name] : ["[\(name)]:\(port)", name]
  }
}

internal import CaseModel

/// The last of a list of jump hosts (`[user@]host[:port]` or a URI, separated by commas), and those by which it is reached.
struct JumpHost: Equatable {
  /// As it was written.
  let text: String
  let user: String?
  let host: String
  let port: Int?
  /// Nil leaves them to its own configuration.
  let before: String?

  init?(lastOf list: String) {
    let hops = list.split(separator: ",").map { $0.filter { $0 != " " } }
    guard let last = hops.last else { return nil }
    text = last
    before = hops.count > 1 ? hops.dropLast().joined(separator: ",") : nil
    var rest = last[...]
    if rest.hasPrefix("ssh://") { rest = rest.dropFirst(6).prefix { $0 != "/" } }
    if let at = rest.lastIndex(of: "@") {
      user = String(rest[..<at])
      rest = rest[rest.index(after: at)...]
    } else {
      user = nil
    }
    let parts = Self.hostAndPort(rest)
    guard !parts.host.isEmpty, parts.port == nil || parts.port.map({ (1...65_535).contains($0) }) == true else {
      return nil
    }
    (host, port) = parts
  }

  /// As OpenSSH does it: only the configuration file goes along, no key and no known_hosts file of the host behind it.
  func target(for behind: ConnectionTarget) -> ConnectionTarget {
    var target = ConnectionTarget(
      host: HostName(text), address: host, port: port, user: user, configFile: behind.configFile,
      acceptNew: behind.acceptNew, timeout: behind.timeout)
    target.jump = before
    return target
  }

  private static func hostAndPort(_ text: Substring) -> (host: String, port: Int?) {
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      return (String(text[..<end].dropFirst()), Int(text[end...].dropFirst(2)))
    }
    // More than one colon is an IPv6 address without a port.
    guard let colon = text.firstIndex(of: ":"), text.lastIndex(of: ":") == colon else { return (String(text), nil) }
    return (String(text[..<colon]), Int(text[colon...].dropFirst()) ?? 0)
  }
}

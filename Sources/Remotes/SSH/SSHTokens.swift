/// Expands what `ssh -G` leaves as it is written in the configuration: `~`, `%h` and its like, `${VARIABLE}` (ssh_config(5), TOKENS
/// and ENVIRONMENT VARIABLES).
struct SSHTokens {
  var home: String
  var localUser: String
  var localHost = ""
  var userID = ""
  var hostname: String
  var port: Int
  var remoteUser: String
  /// The host as it was given, before the configuration renamed it.
  var original: String
  var environment: [String: String] = [:]

  /// Nil for a token or a variable that cannot be expanded.
  func expand(_ text: String) -> String? {
    var result = ""
    var rest = Substring(text)
    if rest == "~" || rest.hasPrefix("~/") {
      result = home
      rest = rest.dropFirst()
    }
    while let character = rest.popFirst() {
      switch character {
      case "%":
        guard let token = rest.popFirst(), let value = value(of: token) else { return nil }
        result += value
      case "$" where rest.first == "{":
        guard let end = rest.firstIndex(of: "}"), let value = environment[String(rest[..<end].dropFirst())] else {
          return nil
        }
        result += value
        rest = rest[rest.index(after: end)...]
      default: result.append(character)
      }
    }
    return result
  }

  /// Where the agent listens; nil for none. `SSH_AUTH_SOCK` and `$NAME` name variables.
  func agent(_ configured: String?) -> String? {
    switch configured {
    case nil, "SSH_AUTH_SOCK"?: environment["SSH_AUTH_SOCK"].flatMap { $0.isEmpty ? nil : $0 }
    case "none"?: nil
    case let text? where text.hasPrefix("$") && !text.hasPrefix("${"): environment[String(text.dropFirst())]
    case let text?: expand(text)
    }
  }

  private func value(of token: Character) -> String? {
    switch token {
    case "%": "%"
    case "d": home
    case "h": hostname
    case "i": userID
    case "k", "n": original
    case "l": localHost
    case "L": localHost.split(separator: ".").first.map(String.init) ?? localHost
    case "p": String(port)
    case "r": remoteUser
    case "u": localUser
    default: nil
    }
  }
}

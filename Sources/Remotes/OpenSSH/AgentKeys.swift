internal import CaseModel
internal import FoundationEssentials

/// Asks an agent which keys it holds, before there is any connection that they could be used on.
enum AgentKeys {
  private static let timeout = Duration.seconds(5)

  /// None where there is no agent that answers; keys in files may do without.
  static func list(_ socket: String?) async -> [LoginPlan.AgentKey] {
    guard let socket else { return [] }
    let command = ShellCommand(words: ["ssh-add", "-L"]).with(environment: [(name: "SSH_AUTH_SOCK", value: socket)])
    guard let outcome = try? await LocalRemote().run(command, timeout: timeout), outcome.isSuccess else { return [] }
    return outcome.text.split(whereSeparator: \.isNewline).compactMap { line in
      let words = line.split(separator: " ", maxSplits: 2)
      guard words.count > 1, let key = Data(base64Encoded: String(words[1])) else { return nil }
      return LoginPlan.AgentKey(key: Array(key), comment: words.count > 2 ? String(words[2]) : "a key")
    }
  }
}

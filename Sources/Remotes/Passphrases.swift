public import CaseModel

/// Asks people for passphrases, one question at a time and each only once, however many hosts need the answer.
public actor Passphrases {
  private let ask: @Sendable (String) async -> Secret?
  private var answers: [String: Secret?] = [:]
  private let gate = Gate()

  /// - Parameter ask: puts a question to whoever sits there; nil when nobody will answer.
  public init(ask: @escaping @Sendable (String) async -> Secret?) { self.ask = ask }

  func answer(to question: String) async -> Secret? {
    await gate.enter()
    defer { gate.leave() }
    if let known = answers[question] { return known }
    let answer = await ask(question)
    answers[question] = .some(answer)
    return answer
  }

  /// As `ssh` asks it, so that both transports share the answer.
  static func question(_ path: String) -> String { "Enter passphrase for key '\(path)': " }
}

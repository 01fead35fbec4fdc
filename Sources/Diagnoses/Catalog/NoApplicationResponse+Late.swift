internal import CaseModel
internal import Correlation
internal import Evidence
internal import Wire

/// Answers that came after the client had given up, or did not come at all while it waited.
extension NoApplicationResponse {
  func lateClues(_ story: FlowStory, _ scene: Scene) -> [Clue] {
    [LateAnswer(story, scene)?.clue(FrameCitations(story, scene))].compactMap { $0 }
  }

  /// One for each server.
  func lateFindings(_ clues: [Clue], _ scene: Scene) -> [Finding] {
    let late = clues.filter { $0.detail is LateAnswer }
    let servers = Dictionary(grouping: late) { [$0.words["server"] ?? "", $0.location.from?.text ?? ""] }
    return servers.keys.sorted { $0.joined(separator: " ") < $1.joined(separator: " ") }.compactMap { server in
      LateAnswers(servers[server] ?? [], scene)?.finding
    }
  }
}

/// What late answers of one server come to.
private struct LateAnswers {
  let clues: [Clue]
  let late: [LateAnswer]
  let prompt: PromptAnswers

  /// Inside TLS nobody sees whether what was left without an answer wants one.
  private let isEncrypted: Bool
  /// Nothing that was answered at once looks like them.
  private let isUnusual: Bool

  init?(_ clues: [Clue], _ scene: Scene) {
    let all = clues.sorted { $0.flow < $1.flow }
    let waiting = all.compactMap { $0.detail as? LateAnswer }
    guard let server = clues.first?.words["server"], let longest = waiting.map(\.waited).max() else { return nil }
    prompt = PromptAnswers(of: server, beside: Set(clues.map(\.flow)), within: longest, scene)
    let look = RequestLook(waiting, prompt, scene)
    let usual = all.filter { ($0.detail as? LateAnswer).map { $0.answer != nil || look.isUsual($0) } ?? false }
    isUnusual = usual.isEmpty
    self.clues = isUnusual ? all : usual
    late = self.clues.compactMap { $0.detail as? LateAnswer }
    isEncrypted = late.contains(where: look.isEncrypted)
  }

  var finding: Finding? {
    guard let leading = clues.first, let certainty else { return nil }
    return Finding(
      kind: NoApplicationResponse.kind, standing: .rootCause, certainty: certainty, title: title, explanation: text,
      flows: clues.map(\.flow), location: leading.location,
      citations: leading.citations + clues.dropFirst().prefix(9).flatMap { $0.citations.prefix(4) }
        + prompt.citations, remedies: remedies)
  }

  /// Several that closed after the same time had a deadline, and nobody who only sends waits for it with an answer still to come.
  /// Where nothing was ever said, the protocol may want no answer: then it takes others that got one.
  private var certainty: FindingRecord.Certainty? {
    let answered = late.filter { $0.answer != nil }
    if prompt.count >= 3 { return isUnusual || (answered.isEmpty && isEncrypted) ? .possible : .probable }
    guard !answered.isEmpty else { return prompt.count > 0 ? .possible : nil }
    return answered.count >= 2 && haveOneDeadline(answered) ? .probable : .possible
  }

  private func haveOneDeadline(_ some: [LateAnswer]) -> Bool {
    guard let shortest = some.map(\.waited).min(), let longest = some.map(\.waited).max() else { return false }
    return longest &- shortest <= shortest / 10
  }

  private var server: String { clues.first?.words["server"] ?? "the server" }
  private var never: Int { late.count { $0.answer == nil } }
  private var waited: String { Self.span(late.map(\.waited)) }

  private var title: String {
    never == late.count
      ? "\(server) did not answer \(Wording.count(late.count, "request")) while the client waited, for \(waited)"
      : "\(server) answered \(Wording.count(late.count, "request")) too late: the client had given up after \(waited)"
  }

  private var text: String {
    let times = late.compactMap(\.took)
    var text =
      "\(Wording.count(late.count, "request")) reached `\(clues.first?.location.from?.text ?? "")` "
      + "(\(clues.first?.words["at"] ?? "")) and \(late.count == 1 ? "was" : "were") acknowledged. The client waited for \(waited), "
      + "then it closed the connection. "
    if !times.isEmpty {
      text +=
        "The answer came \(Self.span(times)) after the request, and the client's host could only reset it: "
        + "nobody was there any more. "
    }
    if never > 0 {
      text +=
        "On \(Wording.count(never, "of these connections", plural: "of these connections")) the server never said a word. "
    }
    text +=
      prompt.count > 0
      ? "On \(Wording.count(prompt.count, "other connection")) it answered within "
        + "\(Wording.duration(nanoseconds: prompt.slowest)). "
      : "No other connection shows how fast it can be. "
    if isUnusual {
      text +=
        "None of those looks like these: a request of another kind may be meant to wait, or want no answer. "
    }
    return text + "The network delivered what it was given; the application was too slow, or stood still."
  }

  private static func span(_ lengths: [Int64]) -> String {
    let (shortest, longest) = (lengths.min() ?? 0, lengths.max() ?? 0)
    let (low, high) = (Wording.duration(nanoseconds: shortest), Wording.duration(nanoseconds: longest))
    return low == high ? low : "\(low) to \(high)"
  }

  private var remedies: [Remedy] {
    [
      Remedy(
        on: server, command: "ss -ltnp 'sport = :\(server.split(separator: ":").last ?? "")'",
        effect:
          "names, as root, the process that listens there: its log, its load and what it waited for at that time tell why it was slow",
        sideEffects: "none: it reads", rollback: "nothing to undo")
    ]
  }
}

/// What requests that waited in vain look like, beside those that were answered at once: one of another kind (a long poll, a report)
/// may be meant to wait, or want no answer.
private struct RequestLook {
  private let payloads: [Int: FramePayloads]
  private let likeness: [Int: RequestLikeness]

  private static let reach = 256
  /// Fewer make no rule.
  private static let fewest = 3

  init(_ waiting: [LateAnswer], _ prompt: PromptAnswers, _ scene: Scene) {
    var payloads: [Int: FramePayloads] = [:]
    var likeness: [Int: RequestLikeness] = [:]
    for vantage in Set(waiting.map(\.request.vantage)) where scene.evidence.captures.indices.contains(vantage) {
      let own = Set(waiting.filter { $0.request.vantage == vantage }.prefix(1_024).map(\.frame))
      let others = prompt.requests[vantage] ?? []
      let read = FramePayloads(own.union(others), in: scene.evidence.captures[vantage], limit: Self.reach)
      payloads[vantage] = read
      let answered = others.sorted().compactMap { read.bytes[$0] }.filter { !$0.isEmpty }
      if answered.count >= Self.fewest { likeness[vantage] = RequestLikeness(answered, key: nil) }
    }
    self.payloads = payloads
    self.likeness = likeness
  }

  private func bytes(_ late: LateAnswer) -> [UInt8]? {
    payloads[late.request.vantage]?.bytes[late.frame].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Also where nobody can tell.
  func isUsual(_ late: LateAnswer) -> Bool {
    guard let own = bytes(late), let likeness = likeness[late.request.vantage] else { return true }
    return likeness.holds(own)
  }

  func isEncrypted(_ late: LateAnswer) -> Bool {
    bytes(late)?.withUnsafeBytes { bytes in
      var records = TLSRecordHeaders(bytes)
      return records.next() != nil
    } ?? false
  }
}

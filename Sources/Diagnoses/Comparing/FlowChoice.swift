internal import CaseModel
internal import Correlation
internal import Evidence
public import Wire

/// How somebody names one connection of a case.
public enum FlowChoice: Sendable, Equatable {
  /// `flow-3`.
  case name(String)
  /// `key:TEXT`: the first whose opener says it; then the dialogue begins there.
  case key(String)
  /// `A:p-B:p`, in either direction, as any vantage saw them.
  case ends(Endpoint, Endpoint)
  /// What the leading finding is about, or the trigger marked.
  case bad
  /// One that nothing is said against, to the same server where there is one.
  case good(than: String?)

  /// nil for what is none of the three that can be written.
  public init?(_ text: String) {
    if text.hasPrefix("key:") {
      guard text.count > 4 else { return nil }
      self = .key(String(text.dropFirst(4)))
    } else if text.hasPrefix("flow-") {
      self = .name(text)
    } else {
      let dashes = text.indices.filter { text[$0] == "-" }
      let pairs = dashes.lazy.compactMap { dash -> (Endpoint, Endpoint)? in
        guard let one = Self.endpoint(text[..<dash]), let other = Self.endpoint(text[text.index(after: dash)...]) else {
          return nil
        }
        return (one, other)
      }
      guard let (one, other) = pairs.first else { return nil }
      self = .ends(one, other)
    }
  }

  private static func endpoint(_ text: Substring) -> Endpoint? {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    var address = text[..<colon]
    if address.hasPrefix("["), address.hasSuffix("]") { address = address.dropFirst().dropLast() }
    return IPAddress(text: address).map { Endpoint($0, port) }
  }
}

extension FlowChoice {
  /// The flow's index, and where the dialogue begins if not with the connection; nil where the case has none.
  /// - Throws: what reading a story throws.
  func find(
    in scene: Scene, _ judgement: Judgement
  ) throws -> (flow: Int, from: Set<FramePayloads.Frame>, vantage: Int?)? {
    let flows = scene.timeline.flows
    switch self {
    case .name(let name): return flows.firstIndex { $0.name.text == name }.map { ($0, [], nil) }
    case .ends(let one, let other):
      let found = flows.indices.filter { index in
        flows[index].aliases.contains { Set([$0.opener, $0.acceptor]) == Set([one, other]) }
      }
      return found.max { flows[$0].records < flows[$1].records }.map { ($0, [], nil) }
    case .key(let text): return try Self.saying(text, scene)
    case .bad:
      let blamed = judgement.findings.first { [.rootCause, .contributing].contains($0.finding.standing) }?.finding.flows
      let marked = judgement.trigger.flows.compactMap { name in flows.firstIndex { $0.name == name } }
      return ((blamed ?? []) + marked).first { flows[$0].transport == 6 }.map { ($0, [], nil) }
    case .good(let server):
      let blamed = Set(judgement.findings.filter { $0.finding.standing != .note }.flatMap(\.finding.flows))
      let free = flows.indices.filter { flows[$0].transport == 6 && !blamed.contains($0) }
      let same = free.filter { index in flows[index].aliases.contains { "\($0.acceptor)" == server } }
      return (same.isEmpty ? free : same).max { flows[$0].records < flows[$1].records }.map { ($0, [], nil) }
    }
  }

  private static func saying(
    _ text: String, _ scene: Scene
  ) throws -> (flow: Int, from: Set<FramePayloads.Frame>, vantage: Int?)? {
    let search = PayloadSearch(text, in: scene.evidence)
    let hits = try scene.timeline.eachStory(InlineWorkers()) { story -> (Int, Set<FramePayloads.Frame>)? in
      guard story.flow.transport == 6, let vantage = Dialogue.bestVantage(story) else { return nil }
      let own = story.tracks[vantage].records.filter { $0.isFromOpener && $0.length > 0 }.map {
        FramePayloads.Frame($0)
      }
      let found = search.frames.indices.contains(vantage) ? search.frames[vantage].intersection(own) : []
      return found.isEmpty ? nil : (vantage, found)
    }
    let first = hits.indices.first { hits[$0] != nil }
    return first.flatMap { index in hits[index].map { (index, $0.1, $0.0) } }
  }
}

internal import CaseModel
internal import Correlation
internal import Diagnoses
internal import Wire

/// The verdict in one sentence, and the sentences under it.
struct Headline {
  private let judgement: Judgement
  private let scene: Scene

  init(_ judgement: Judgement, _ scene: Scene) {
    self.judgement = judgement
    self.scene = scene
  }

  /// The root cause that leads, if there is one that is more than possible.
  var leading: JudgedFinding? {
    judgement.verdict == .rootCause ? judgement.rootCauses.first { $0.finding.certainty > .possible } : nil
  }

  var verdict: String {
    switch judgement.verdict {
    case .rootCause:
      guard let leading else { return "root cause" }
      return
        "\(leading.finding.kind.rawValue) (\(leading.finding.certainty.rawValue)) \(Self.place(leading.finding.location))"
    case .healthy: return "healthy"
    case .inconclusive: return judgement.isReadable ? "inconclusive" : "inconclusive: nothing could be read"
    }
  }

  /// `at `g``, `between `g` and `s``, `beyond `s``.
  static func place(_ location: Location) -> String {
    switch (location.from, location.to) {
    case (let from?, let to?) where from == to: "at `\(from)`"
    case (let from?, let to?): "between `\(from)` and `\(to)`"
    case (let from?, nil): "beyond `\(from)`"
    case (nil, let to?): "before `\(to)`"
    case (nil, nil): "at a place that was not captured"
    }
  }

  /// What to do first: what changes something, before what only looks further.
  var remedy: Remedy? {
    let remedies = leading?.finding.remedies ?? []
    return remedies.first { !$0.onlyLooks } ?? remedies.first
  }

  /// `1 of 1 connection affected`.
  var impact: String {
    let impact = judgement.impact
    return "\(Wording.grouped(Int64(impact.affected))) of \(Wording.count(impact.flows, "connection")) affected"
  }

  /// Whose connections those are, as their openers name them: `10.1.0.2:40000 → 192.0.2.10:80`, or `to 192.0.2.10:80`. nil where
  /// the affected connections have neither in common.
  var affected: String? {
    let names = leading?.finding.flows.compactMap { scene.timeline.flows[$0].aliases.first } ?? []
    guard let first = names.first else { return nil }
    if names.count == 1 { return "\(first.opener) → \(first.acceptor)" }
    if names.allSatisfy({ $0.acceptor == first.acceptor }) { return "to \(first.acceptor)" }
    return names.allSatisfy { $0.acceptor.address == first.acceptor.address } ? "to \(first.acceptor.address)" : nil
  }
}

extension Remedy {
  /// A command that shows more and changes nothing: there is nothing to roll back.
  var onlyLooks: Bool { rollback == "nothing to undo" }
  /// What it does, in a few words: the first clause of its effect.
  var briefEffect: String {
    let ends = [";", " (", ". ", ": "].compactMap { effect.firstRange(of: $0)?.lowerBound }
    return String(effect[..<(ends.min() ?? effect.endIndex)])
  }
  /// Where to run it, as part of a sentence: a name as code, or words.
  var place: String { on.contains(" ") || on.contains("`") ? on : "`\(on)`" }
}

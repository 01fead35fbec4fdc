internal import CaseModel
internal import Correlation
internal import Wire

/// Openings that came to nothing, and whose client was taken at another address at once.
extension SynFiltered {
  func notes(_ replaced: [(OpeningTriage.Member, Fallback)], _ scene: Scene) -> [Finding] {
    var groups: [(key: Detour, members: [(OpeningTriage.Member, Fallback)])] = []
    for one in replaced.sorted(by: { $0.0.clue.flow < $1.0.clue.flow }) {
      let key = Detour(
        server: one.0.opening.server, reason: one.0.opening.rejection?.reason, instead: one.1.server)
      if let known = groups.firstIndex(where: { $0.key == key }) {
        groups[known].members.append(one)
      } else {
        groups.append((key, [one]))
      }
    }
    return groups.compactMap { note($0.members, scene) }
  }

  /// What was tried in vain, what became of it, and what was taken.
  private struct Detour: Equatable {
    let server: Endpoint
    let reason: Rejection.Reason?
    let instead: Endpoint
  }

  private func note(_ members: [(OpeningTriage.Member, Fallback)], _ scene: Scene) -> Finding? {
    guard let (leading, fallback) = members.first else { return nil }
    let sentences = DetourSentences(leading.opening, fallback, members.map(\.1.delay).sorted())
    let others = members.dropFirst().prefix(4).flatMap { $0.0.clue.citations + $0.1.citations.prefix(1) }
    return Finding(
      kind: Self.kind, standing: .note, certainty: .proven, title: sentences.title, explanation: sentences.text,
      flows: Set(members.map(\.0.clue.flow)).sorted(),
      location: Location(from: OpeningWords.name(leading.opening.vantage, scene), to: nil),
      citations: OpeningWords.citations([leading], scene) + fallback.citations + others,
      remedies: [sentences.remedy])
  }
}

private struct DetourSentences {
  private let opening: Opening
  private let fallback: Fallback
  /// Ascending, nanoseconds.
  private let delays: [Int64]

  /// From here on a user may feel it, on every connection.
  private static let felt: Int64 = 100_000_000

  init(_ opening: Opening, _ fallback: Fallback, _ delays: [Int64]) {
    self.opening = opening
    self.fallback = fallback
    self.delays = delays
  }

  private var median: Int64 { delays.isEmpty ? 0 : delays[(delays.count - 1) / 2] }
  private var count: String { Wording.count(delays.count, "connection") }

  var title: String {
    "\(opening.server) was tried in vain and \(fallback.server) taken instead, \(Wording.duration(nanoseconds: median)) later: \(count)"
  }

  var text: String {
    let answer = opening.rejection.map { "was answered with ICMP: \($0.name)" } ?? "got no answer"
    return
      "The SYN of \(opening.source) to \(opening.server) \(answer). The client went on to \(fallback.server) (as "
      + "\(fallback.source)), and was taken there. Clients try the addresses of a name one after the other, and give up what is still "
      + "under way when one is taken: no connection failed. \(cost)"
  }

  private var cost: String {
    let most = delays.last ?? median
    let span =
      Wording.duration(nanoseconds: median)
      + (most &- median > median / 10 ? " (at most \(Wording.duration(nanoseconds: most)))" : "")
    return median >= Self.felt
      ? "It cost \(span) each time, before the first byte: so it will be on every connect for as long as that address comes first."
      : "It cost \(span) each time, which nobody feels."
  }

  var remedy: Remedy {
    let six = opening.server.address.isIPv6 ? "-6 " : ""
    return Remedy(
      on: "\(fallback.source.address)", command: "ip \(six)route get \(opening.server.address); getent ahosts NAME",
      effect:
        "shows the way to the address that does not answer, and in which order the name's addresses are tried: make it reachable, or "
        + "take it out of the name",
      sideEffects: "none: it reads", rollback: "nothing to undo")
  }
}

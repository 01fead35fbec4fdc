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

  /// What the report is: a postmortem is of what broke.
  var document: String { judgement.verdict == .rootCause ? "Postmortem" : "Investigation" }

  /// What leads, with how sure that is where it is not proven; nil where nothing does.
  var sentence: String? {
    leading.map { ($0.finding.certainty == .proven ? "" : "probably: ") + $0.finding.title }
  }

  /// What was found, as a title without marks: a playbook's name would only say what was looked for.
  var pageTitle: String {
    let found = sentence ?? verdict
    return "\(document): \(found.replacing("`", with: ""))"
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

  /// A sentence that begins with a name keeps it as it is.
  static func capitalized(_ text: String) -> String {
    guard let first = text.first, first.isLetter else { return text }
    return first.uppercased() + text.dropFirst()
  }

  /// What to do first: what changes something, before what only looks further.
  var remedy: Remedy? {
    let remedies = leading?.finding.remedies ?? []
    return remedies.first { !$0.onlyLooks } ?? remedies.first
  }

  /// `1 of 1 connection affected`.
  var impact: String { "\(connections) affected" }

  /// `1 of 1 connection`.
  var connections: String {
    let impact = judgement.impact
    return "\(Wording.grouped(Int64(impact.affected))) of \(Wording.count(impact.flows, "connection"))"
  }

  /// Whose connections those are, as their openers name them: `10.1.0.2:40000 → 192.0.2.10:80`, or `from 10.1.0.2 to 192.0.2.10:80`.
  var affected: String? {
    let names = leading?.finding.flows.compactMap { scene.timeline.flows[$0].aliases.first } ?? []
    guard let first = names.first else { return nil }
    if names.count == 1 {
      return isBackwards ? "\(first.acceptor) → \(first.opener)" : "\(first.opener) → \(first.acceptor)"
    }
    let clients = Self.few(ownAddresses(Set(names.map(\.opener.address))).map { "\($0)" }, "address", "addresses")
    let services = Self.few(Set(names.map(\.acceptor)).sorted().map { "\($0)" }, "service", "services")
    return isBackwards ? "from \(services) to \(clients)" : "from \(clients) to \(services)"
  }

  /// Whether what got lost are packets of the acceptors.
  private var isBackwards: Bool { leading?.finding.loss?.fromOpener == false }

  /// Without those that are another one's, as a translator writes it.
  private func ownAddresses(_ addresses: Set<IPAddress>) -> [IPAddress] {
    var written: Set<IPAddress> = []
    for flow in scene.timeline.flows.prefix(Self.most) where addresses.count > 1 {
      guard let own = flow.aliases.first?.opener.address, addresses.contains(own) else { continue }
      written.formUnion(flow.aliases.dropFirst().map(\.opener.address).filter { $0 != own })
    }
    let left = addresses.subtracting(written)
    return (left.isEmpty ? addresses : left).sorted()
  }

  /// Connections that are asked for how addresses are translated.
  private static let most = 4_096

  /// `387 of 13,422 packets (2.88 %)`; nil where nobody counted.
  var share: String? {
    guard let share = leading?.finding.loss?.share, share.total > 0 else { return nil }
    let percent = Double(share.lost) * 100 / Double(share.total)
    let digits = percent < 0.1 ? 3 : percent < 10 ? 2 : 1
    return "\(Wording.grouped(Int64(share.lost))) of \(Wording.count(share.total, "packet")) "
      + "(\(Wording.decimal(percent, digits: digits)) %)"
  }

  private static func few(_ items: [String], _ noun: String, _ plural: String) -> String {
    items.count > 3 ? Wording.count(items.count, noun, plural: plural) : Wording.list(items)
  }

  /// Three citations that say different things, the finding's first ones.
  var why: [Citation] {
    var said: Set<String> = []
    return Array((leading?.finding.citations ?? []).filter { said.insert($0.says).inserted }.prefix(3))
  }

  /// What a host told of itself, where none of these three is that.
  var reading: Citation? {
    let readings = (leading?.finding.citations ?? []).filter { if case .check = $0 { true } else { false } }
    // A counter that stayed speaks against something else.
    return Set(readings).isDisjoint(with: why) ? readings.first { !$0.isStill } : nil
  }
}

extension Citation {
  /// What a host read: before and after where that differs, `` `0` → `286` ``, else once, where its sentence does not say it.
  var value: String? {
    guard case .check(let check) = self, let last = check.after ?? check.before else { return nil }
    if let before = check.before, before != last {
      return before.count + last.count <= 24 ? "`\(before)` → `\(last)`" : nil
    }
    let isSaid = check.says.split { !$0.isLetter && !$0.isNumber && $0 != "." }.contains { $0 == last }
    return isSaid || last.count > 24 ? nil : "`\(last)`"
  }

  /// A counter that did not move.
  var isStill: Bool {
    guard case .check(let check) = self else { return false }
    return check.check == "counters" && check.before == check.after
  }

  /// `` `server` frame 20 ``, `` `web1 sysctl` ``, `` `web1 dmesg.txt:7` ``.
  var label: String {
    switch self {
    case .packet(let packet): "`\(packet.vantage)` frame \(packet.frame)"
    case .check(let check): "`\(check.host) \(check.check)`"
    case .log(let log): "`\(log.host) \(log.file):\(log.line)`"
    }
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
  var place: String { on.contains(" ") || on.contains("`") || on.contains(":") ? on : "`\(on)`" }
}

internal import CaseModel
internal import Correlation
internal import Diagnoses

/// Every connection's life as a strip: when it was there, and what befell it.
extension PostmortemPage {
  /// Rows of the table; affected ones first, then those with the most packets.
  private static let most = 60
  /// Stories that are read for their marks hold no more frames than this together.
  private static let budget = 2_000_000
  /// Connections that are looked at to choose from.
  private static let examined = 100_000

  func connections() throws -> Markup? {
    let flows = scene.timeline.flows
    let chosen = strips()
    let times = chosen.compactMap { flows[$0].first } + chosen.compactMap { flows[$0].last }
    guard let start = times.min(), let end = times.max() else { return nil }
    let strip = LifeStrip(start: start.nanoseconds, end: max(end.nanoseconds, start.nanoseconds &+ 1))
    var budget = Self.budget
    let readable = chosen.filter { index in
      budget -= flows[index].records
      return budget >= 0
    }
    let lives = try scene.timeline.eachStory(of: readable) { Life($0, scene.timeline) }
    let marks = Dictionary(lives.map { ($0.flow, $0.result) }, uniquingKeysWith: { first, _ in first })
    let rows = chosen.map { row($0, flows[$0], marks[$0], strip) }
    let left = flows.counts.connections - chosen.count
    let more =
      left > 0
      ? element("p", ["class": "dim"], "\(Wording.count(left, "more connection")) in \(CasePath.flows).")
      : Markup.nothing
    let span = "\(clock.text(start, bound: 0)) to \(clock.text(end, bound: 0)) (\(clock.scale))"
    return element("p", [:], .prose("Each strip runs from \(span)."))
      + element(
        "p", ["class": "legend"],
        [
          ("open", "SYN"), ("fin", "FIN"), ("rst", "RST ■"), ("loss", "first packet lost"),
          ("closed", "window closed ●"),
        ]
        .map {
          element("span", ["class": "key mark-\($0.0)"], $0.1)
        })
      + element("div", ["class": "filter-box"], .nothing)
      + .table(["connection", "from, to", "packets", "finding", "life"], rows, class: "connections") + more
  }

  private func strips() -> [Int] {
    let flows = scene.timeline.flows
    let marked = Set(judgement.trigger.flows)
    let affected = Set(judgement.findings.filter { $0.finding.standing != .note }.flatMap(\.finding.flows))
    var candidates: [(index: Int, isAffected: Bool, records: Int)] = []
    for index in flows.indices.prefix(Self.examined) {
      let flow = flows[index]
      guard flow.isConnection, flow.first != nil else { continue }
      candidates.append((index, affected.contains(index) || marked.contains(flow.name), flow.records))
    }
    candidates.sort { a, b in
      a.isAffected != b.isAffected ? a.isAffected : (b.records, a.index) < (a.records, b.index)
    }
    return candidates.prefix(Self.most).map(\.index).sorted()
  }

  private func row(_ index: Int, _ flow: Flow, _ life: Life?, _ strip: LifeStrip) -> [Markup] {
    let name = flow.aliases.first.map { "\($0.opener) → \($0.acceptor)" } ?? ""
    let findings = judgement.findings.filter { $0.finding.flows.contains(index) }
    let isAffected = findings.contains { $0.finding.standing != .note } || judgement.trigger.flows.contains(flow.name)
    return [
      .code(flow.name.text), element("span", ["class": "mono"], name), Markup(Wording.grouped(Int64(flow.records))),
      .list(findings.prefix(3).map { element("a", ["href": "#\($0.id)"], $0.id) }),
      strip.markup(flow, life, isAffected: isAffected),
    ]
  }
}

/// What befell one connection, as moments.
private struct Life: Sendable {
  enum Mark: String { case open, fin, rst, loss, closed }

  private(set) var moments: [(mark: Mark, time: Int64)] = []

  init(_ story: FlowStory, _ timeline: Timeline) {
    let summary = FlowSummary(story, timeline.vantages)
    func add(_ mark: Mark, _ time: CaseTime?) { time.map { moments.append((mark, $0.nanoseconds)) } }
    func add(_ mark: Mark, _ at: RecordReference?) {
      add(mark, at.flatMap { story.tracks[$0.vantage].times[$0.index] })
    }
    add(.open, summary.vantages.compactMap { $0.handshake?.syn?.time }.min())
    for fromOpener in [true, false] {
      for place in summary.paths[fromOpener] { add(.loss, place.firstLost) }
      add(.closed, summary.windows[fromOpener]?.firstClosing)
    }
    for close in summary.closes { add(close.mark == .fin ? .fin : .rst, close.time) }
  }
}

private struct LifeStrip {
  let start: Int64
  let end: Int64

  private static let width = 400.0

  func markup(_ flow: Flow, _ life: Life?, isAffected: Bool) -> Markup {
    let (from, to) = (x(flow.first?.nanoseconds ?? start), x(flow.last?.nanoseconds ?? start))
    var parts = [
      Drawing.line(0, 8, Self.width, 8, "axis"),
      Drawing.box(from, 4, max(2, to - from), 8, isAffected ? "life affected" : "life", round: 2),
    ]
    for (mark, time) in life?.moments ?? [] { parts.append(Self.mark(mark, x(time))) }
    return Drawing.picture(Self.width, 16, "strip", label: "\(flow.name): \(label(life))", parts)
  }

  private func label(_ life: Life?) -> String {
    guard let life, !life.moments.isEmpty else { return "its life" }
    return life.moments.map(\.mark.rawValue).joined(separator: ", ")
  }

  private func x(_ time: Int64) -> Double {
    let share = Double(time &- start) / Double(max(1, end &- start))
    return 6 + (Self.width - 12) * min(1, max(0, share))
  }

  private static func mark(_ mark: Life.Mark, _ x: Double) -> Markup {
    switch mark {
    case .open: Drawing.line(x, 1, x, 15, "mark-open")
    case .fin: Drawing.line(x, 1, x, 15, "mark-fin")
    case .rst: Drawing.box(x - 4, 4, 8, 8, "mark-rst")
    case .loss: Drawing.cross(x, 8, 4, "mark-loss")
    case .closed: Drawing.dot(x, 8, 4, "mark-closed")
    }
  }
}

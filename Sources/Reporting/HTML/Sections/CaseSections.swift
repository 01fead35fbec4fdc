internal import CaseModel
internal import Correlation
internal import Diagnoses
internal import Evidence

/// Where the evidence comes from, how good it is, and where it lies.
extension PostmortemPage {
  func doubts() -> Markup? {
    let items = judgement.doubts.map { doubt -> Markup in
      let place = (doubt.vantage?.text ?? doubt.host?.text).map { Markup.code($0) + Markup(": ") } ?? .nothing
      let warning =
        doubt.couldHideFault ? element("strong", ["class": "lost-text"], " (a fault could hide behind this)") : .nothing
      return place + .prose(doubt.says) + warning
    }
    let list = items.isEmpty ? element("p", [:], "None.") : Markup.items(items)
    return list + element("h3", [:], "Clocks") + clocks()
  }

  private func clocks() -> Markup {
    let document = clocksDocument(scene)
    let rows = document.clocks.map { clock -> [Markup] in
      let name = Markup.code(clock.vantage.text)
      guard clock.vantage != document.reference else {
        return [name, Markup("reference"), .nothing, .nothing, .nothing]
      }
      let digits = clock.bound.map { CaseClock.digits($0 * 1e9) } ?? 0
      return [
        name, Markup(clock.offset.map { ($0 > 0 ? "+" : "") + Wording.decimal($0, digits: digits) } ?? "unknown"),
        Markup(clock.drift.map { Wording.decimal($0, digits: 1) } ?? "unknown"),
        Markup(clock.bound.map { CaseClock.text(bound: $0 * 1e9) } ?? "unknown"), .code(clock.method.rawValue),
      ]
    }
    return element("p", [:], "Seconds to add to a vantage's timestamps at the case's first packet.")
      + .table(["vantage", "offset (s)", "drift (ppm)", "bound", "by"], rows)
  }

  func run() -> Markup? {
    let manifest = scene.evidence.manifest
    var facts = [Markup("case ") + .code(manifest.id.text) + Markup(", \(manifest.state.rawValue)")]
    facts.append(.prose("trigger: " + triggerSentence(judgement, manifest.trigger, clock)))
    if let spread = manifest.armedSpread {
      let length = Wording.duration(nanoseconds: Int64(min(max(0, spread), 1e9) * 1e9))
      facts.append(Markup("all captures were armed within \(length)"))
    }
    facts += manifest.external.map {
      Markup("no login on ") + .code($0.role.text) + Markup(" (\($0.address)): it has no capture")
    }
    var body = Markup.items(facts)
    if !manifest.hosts.isEmpty {
      body += .table(
        ["host", "roles", "result"],
        manifest.hosts.map { host in
          [
            .code(host.name.text), Markup(host.roles.map(\.text).joined(separator: ", ")),
            Markup(host.failure.map { "\(host.result.rawValue): \($0.what): \($0.cause)" } ?? host.result.rawValue),
          ]
        })
    }
    return body + captures()
  }

  private func captures() -> Markup {
    let rows = scene.evidence.captures.map { capture -> [Markup] in
      let record = capture.record
      let health = scene.timeline.vantages.first { $0.name == record.vantage }?.health
      let frames = (health?.frames ?? record.packets).map { Wording.grouped(Int64($0)) } ?? ""
      let drops = (health?.drops ?? record.drops).map { Wording.grouped(Int64($0)) } ?? "not counted"
      return [
        .code(record.vantage.text), .code(record.host.text), record.interface.map(Markup.code) ?? Markup("-"),
        record.filter.map(Markup.code) ?? Markup("-"), Markup(frames), Markup(drops), Markup(record.endedBy ?? "-"),
      ]
    }
    return .table(["capture", "host", "interface", "filter", "frames", "drops", "ended by"], rows)
  }

  /// Files of a case; with tens of thousands the hashes are in the case's own list.
  private static let mostFiles = 400

  func evidence(_ hashes: [String: String]) -> Markup? {
    let cited = citedFiles(judgement, scene)
    let captured = scene.evidence.captures.flatMap { $0.files.map(\.cited) }
    let all = Set(hashes.keys).union(cited.keys).union(captured).sorted()
    guard !all.isEmpty else { return nil }
    let files = (all.filter { cited[$0] != nil } + all.filter { cited[$0] == nil }).prefix(Self.mostFiles)
    let rows = files.map { file -> [Markup] in
      let by = (cited[file] ?? []).map { element("a", ["href": "#\($0)"], $0) }
      return [
        .code(file), .list(by), hashes[file].map { element("code", ["class": "hash"], $0) } ?? Markup("not hashed"),
      ]
    }
    let left = all.count - files.count
    let more =
      left > 0 ? element("p", ["class": "dim"], "\(Wording.count(left, "more file")) in \(CasePath.hashes).") : .nothing
    return element(
      "p", [:],
      .prose(
        "All captures on one time line, with comments on the cited frames: `\(CasePath.merged)` (Wireshark opens it)."))
      + .table(["file", "cited by", "SHA-256"], rows, class: "files") + more
  }

  /// Counters that tell of trouble by their names, before those that only count traffic.
  func counters() -> Markup? {
    let moved = scene.evidence.movedCounters().map { ($0, citing($0)) }
    guard !moved.isEmpty else { return nil }
    let telling = moved.filter { TroubleCounter.isOne($0.0.name) || !$0.1.isEmpty }
    let rest = moved.filter { !TroubleCounter.isOne($0.0.name) && $0.1.isEmpty }
    var body =
      telling.isEmpty
      ? element("p", [:], "None of those that tell of trouble.") : countersTable(telling.prefix(200))
    if !rest.isEmpty {
      body += element(
        "details", ["class": "quiet"],
        element("summary", [:], "\(Wording.count(rest.count, "counter")) of ordinary traffic"),
        countersTable(rest.prefix(400)))
    }
    return element("p", [:], "From the reading before the captures to the one after them.") + body
  }

  private func countersTable(_ counters: some Sequence<(CaseEvidence.MovedCounter, [String])>) -> Markup {
    .table(
      ["host", "counter", "before", "after", "change", "cited by"],
      counters.map { counter, findings in
        let (difference, overflow) = counter.after.subtractingReportingOverflow(counter.before)
        let change = overflow ? "" : (difference > 0 ? "+" : "") + Wording.grouped(difference)
        return [
          .code(counter.namespace == .host ? counter.host.text : "\(counter.host)/\(counter.namespace)"),
          .code(counter.name), Markup(Wording.grouped(counter.before)), Markup(Wording.grouped(counter.after)),
          element("strong", [:], change), .list(findings.map { element("a", ["href": "#\($0)"], $0) }),
        ]
      }, class: "numbers")
  }

  /// Findings that cite a counter: their reading is of the same file, and their sentence or check names it.
  private func citing(_ counter: CaseEvidence.MovedCounter) -> [String] {
    judgement.findings.filter { judged in
      judged.finding.readings.contains { reading in
        reading.file == counter.cited
          && (reading.check + " " + reading.says).lowercased().contains(counter.name.lowercased())
      }
    }.map(\.id)
  }
}

/// Kernel counters that only move when something is not as it should be, by the words in their names.
enum TroubleCounter {
  private static let words = [
    "Drop", "Overflow", "PAWS", "Fail", "Err", "Timeout", "Abort", "Lost", "Loss", "Retrans", "OutRsts", "EstabResets",
    "Invalid", "invalid", "drop", "Discard", "NoRoute", "Prune", "Collapse", "Reorder", "Challenge", "Spurious",
    "ZeroWindow", "Unreach", "insert_failed", "error", "Cookies", "FragFails", "NoPorts", "early",
  ]

  static func isOne(_ name: String) -> Bool { words.contains { name.contains($0) } }
}

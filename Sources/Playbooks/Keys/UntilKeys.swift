internal import CaseModel

/// `until:` and `look-for:`.
extension PlaybookContext {
  func triggers(_ value: YAMLValue?, in playbook: Playbook) -> [Playbook.Trigger] {
    entries(value, "until").compactMap { trigger($0, in: playbook) }
  }

  private func trigger(_ value: YAMLValue, in playbook: Playbook) -> Playbook.Trigger? {
    guard var keys = Keys(value, "an entry of `until`", log: log) else { return nil }
    var events: [Playbook.Trigger.Event?] = []
    if let value = keys.take("log") { events.append(logMatch(value, playbook.logs.map(\.name))) }
    if let value = keys.take("probe-fails") { events.append(probeFails(value, playbook.probes.map(\.name))) }
    if let value = keys.take("packets") { events.append(packets(value, playbook.captures.compactMap(\.name?.text))) }
    if let value = keys.take("packet") { events.append(packet(value, playbook.captures.compactMap(\.name?.text))) }
    if let value = keys.take("counter") { events.append(counter(value)) }
    if let value = keys.take("duration") {
      events.append(log.duration(value, "duration", atLeast: .seconds(1)).map { .duration($0) })
    }
    let isUnknown = events.isEmpty && !keys.names.isEmpty
    keys.finish()
    guard events.count == 1 else {
      if !isUnknown {
        log.error(
          keys.mark,
          "an entry of `until` takes exactly one of `log`, `probe-fails`, `packet`, `packets`, `counter` and `duration`"
        )
      }
      return nil
    }
    return events[0].map { Playbook.Trigger($0, mark: keys.mark) }
  }

  private func logMatch(_ value: YAMLValue, _ logs: [String]) -> Playbook.Trigger.Event? {
    guard var keys = Keys(value, "`log` of `until`", log: log) else { return nil }
    let from = keys.need("from").flatMap { known($0, "log", among: logs) }
    let matches = keys.need("matches").flatMap { log.nonEmptyText($0, "matches") }
    keys.finish()
    guard let from, let matches else { return nil }
    return .log(from: from, matches: matches)
  }

  private func probeFails(_ value: YAMLValue, _ probes: [String]) -> Playbook.Trigger.Event? {
    guard var keys = Keys(value, "`probe-fails`", log: log) else { return nil }
    let probe = keys.need("probe").flatMap { known($0, "probe", among: probes) }
    let times = keys.take("times").map { log.number($0, "times", in: 1...1_000_000) } ?? 1
    keys.finish()
    guard let probe, let times else { return nil }
    return .probeFails(probe: probe, times: times)
  }

  private func packets(_ value: YAMLValue, _ captures: [String]) -> Playbook.Trigger.Event? {
    guard var keys = Keys(value, "`packets` of `until`", log: log) else { return nil }
    let capture = keys.need("capture").flatMap { known($0, "capture", among: captures) }
    let count = keys.need("count").flatMap { log.number($0, "count", in: 1...Int.max) }
    keys.finish()
    guard let capture, let count else { return nil }
    return .packets(capture: VantageName(capture), count: count)
  }

  private func packet(_ value: YAMLValue, _ captures: [String]) -> Playbook.Trigger.Event? {
    guard var keys = Keys(value, "`packet` of `until`", log: log) else { return nil }
    let capture = keys.need("capture").flatMap { known($0, "capture", among: captures) }
    let filter = keys.need("matches", hint: "a filter, as `tcp[tcpflags] & tcp-rst != 0`")
    let matches = filter.flatMap { log.nonEmptyText($0, "matches") }
    keys.finish()
    guard let capture, let matches, let filter else { return nil }
    return .packet(capture: VantageName(capture), matches: Marked(matches, filter.mark))
  }

  private func counter(_ value: YAMLValue) -> Playbook.Trigger.Event? {
    guard var keys = Keys(value, "`counter` of `until`", log: log) else { return nil }
    let target = target(&keys)
    let named = keys.need("name", hint: "as `nstat` calls it: `TcpExtListenOverflows`")
    let name = named.flatMap { log.nonEmptyText($0, "name") }
    let rise = keys.take("rises-by").map { log.number($0, "rises-by", in: 0...Int.max) } ?? 0
    keys.finish()
    guard let target, let name, let named, let rise else { return nil }
    guard name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
      log.error(
        named.mark, "\(Sentence.quote(name)) is no counter's name",
        hint: "write it as `nstat -asz` does: letters and digits")
      return nil
    }
    return .counter(name: name, on: target, risesBy: rise)
  }

  private func known(_ value: YAMLValue, _ what: String, among names: [String]) -> String? {
    guard let text = log.text(value, what) else { return nil }
    guard names.contains(text) else {
      log.error(
        value.mark, "there is no \(what) \(Sentence.quote(text))",
        hint: NearMiss.hint(text, among: names) { "\(what)s are \($0)" } ?? "no \(what) has a name here")
      return nil
    }
    return text
  }

  /// Hints whose variables nobody gave are left out.
  func lookFor(_ value: YAMLValue?) -> [Playbook.LookFor] {
    guard let value else { return [] }
    guard case .map(let entries) = value.content else {
      log.error(value.mark, "`look-for` must be a mapping, not \(value.form)")
      return []
    }
    return entries.compactMap { entry in
      guard entry.value.content != .null, let text = log.text(entry.value, entry.key.value), !text.isEmpty else {
        return nil
      }
      return Playbook.LookFor(name: entry.key.value, text: text, mark: entry.value.mark)
    }
  }
}

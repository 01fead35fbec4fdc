internal import Checks

/// `checks:`.
extension PlaybookContext {
  func checks(_ value: YAMLValue?) -> [Playbook.Check] { entries(value, "checks").compactMap(check) }

  private func check(_ value: YAMLValue) -> Playbook.Check? {
    guard var keys = Keys(value, "a check", log: log) else { return nil }
    let known = CheckCatalog.all.map { $0.id }
    let own: Set = ["on", "every", "expect", "why"]
    let ids = keys.names.filter { !own.contains($0.value) }
    guard let id = ids.first(where: { known.contains($0.value) }), ids.count == 1 else {
      refuse(ids, known: known, at: keys.mark)
      return nil
    }
    let operands = keys.takeEntry(id.value)?.value
    let target = target(&keys)
    let every = keys.take("every").flatMap { log.duration($0, "every", atLeast: .seconds(1)) }
    var order = CheckOrder(id: id.value)
    order.expect = keys.take("expect").flatMap { log.text($0, "expect") }
    order.why = keys.take("why").flatMap { log.text($0, "why") }
    keys.finish()
    guard let target, read(operands, into: &order), accept(order, at: operands?.mark ?? id.mark) else { return nil }
    return Playbook.Check(order: order, on: target, every: every, mark: id.mark)
  }

  private func refuse(_ ids: [Marked<String>], known: [String], at mark: SourceMark) {
    if let unknown = ids.first(where: { !known.contains($0.value) }) {
      log.error(
        unknown.mark, "unknown check \(Sentence.quote(unknown.value))",
        hint: NearMiss.hint(unknown.value, among: known) {
          "checks are \($0); `stakeout list checks` tells what they read"
        })
    } else if ids.count > 1 {
      log.error(
        ids[1].mark, "one entry names the checks \(Sentence.list(ids.map(\.value)))",
        hint: "give each an entry of its own")
    } else {
      log.error(mark, "a check names nothing to check", hint: "checks are \(Sentence.list(known))")
    }
  }

  private func read(_ operands: YAMLValue?, into order: inout CheckOrder) -> Bool {
    guard let type = CheckCatalog.check(order.id) else { return false }
    switch type.operands {
    case .ports(let isNeeded): return readPorts(operands, isNeeded: isNeeded, into: &order)
    case .none:
      guard let operands, operands.content != .null, operands.content != .map([]) else { return true }
      log.error(operands.mark, "`\(order.id)` takes nothing, not \(operands.form)", hint: "write `\(order.id): {}`")
      return false
    case .names(let what):
      guard let operands, operands.content != .null else { return true }
      let items = log.list(operands)
      order.names = items.compactMap { log.nonEmptyText($0, "\(order.id) (\(what))") }
      return order.names.count == items.count
    }
  }

  private func readPorts(_ operands: YAMLValue?, isNeeded: Bool, into order: inout CheckOrder) -> Bool {
    if !isNeeded, operands == nil || operands?.content == .null || operands?.content == .map([]) { return true }
    guard let operands, var keys = Keys(operands, "`\(order.id)`", log: log) else { return operands == nil }
    let ports = keys.need("port").map { portList($0) }
    keys.finish()
    guard let ports, let ports else { return false }
    order.ports = ports.map(\.number)
    return true
  }

  private func accept(_ order: CheckOrder, at mark: SourceMark) -> Bool {
    do throws(CheckOrder.Refusal) {
      _ = try CheckCatalog.check(for: order)
      return true
    } catch {
      log.error(mark, error.message, hint: error.hint)
      return false
    }
  }
}

/// `traces:`, `instruments:`, `logs:`, `tls-keys:`.
extension PlaybookContext {
  func traces(_ value: YAMLValue?) -> [Playbook.Trace] {
    entries(value, "traces").compactMap { value in
      guard var keys = Keys(value, "a trace", log: log) else { return nil }
      let target = target(&keys)
      let events = keys.need("events").map { log.list($0) } ?? []
      keys.finish()
      let names = events.compactMap(tracepoint)
      guard let target, !names.isEmpty, names.count == events.count else { return nil }
      return Playbook.Trace(on: target, events: names, mark: keys.mark)
    }
  }

  private func tracepoint(_ value: YAMLValue) -> Marked<String>? {
    guard let text = log.text(value, "events") else { return nil }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let isPlain = parts.allSatisfy { part in
      !part.isEmpty
        && part.utf8.allSatisfy {
          $0 == 95 || (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
        }
    }
    guard parts.count == 2, isPlain else {
      return log.refuse(value, "events", "tracepoints such as `tcp:tcp_send_reset`")
    }
    return Marked(text, value.mark)
  }

  func instruments(_ value: YAMLValue?) -> [Playbook.Instrument] {
    let kinds = Playbook.Instrument.Kind.allCases
    return entries(value, "instruments").compactMap { value in
      guard var keys = Keys(value, "an instrument", log: log) else { return nil }
      let target = target(&keys)
      let chosen = kinds.filter { keys.takeEntry($0.rawValue) != nil }
      keys.finish()
      guard let kind = chosen.first else {
        log.error(
          keys.mark, "an instrument names nothing to do",
          hint: "instruments are \(Sentence.list(kinds.map(\.rawValue)))")
        return nil
      }
      return target.map { Playbook.Instrument(kind: kind, on: $0, mark: keys.mark) }
    }
  }

  func logs(_ value: YAMLValue?) -> [Playbook.Log] {
    let read = entries(value, "logs").compactMap(logSource)
    refuseRepeats(read.map { Marked($0.name, $0.mark) }, "log")
    return read
  }

  private func logSource(_ value: YAMLValue) -> Playbook.Log? {
    guard var keys = Keys(value, "a log", log: log) else { return nil }
    let name = keys.need("name").flatMap { value in log.name(value, "name").map { Marked($0, value.mark) } }
    let target = target(&keys)
    var sources: [Playbook.Log.Source?] = []
    if let value = keys.take("container-log"), log.flag(value, "container-log") == true { sources.append(.container) }
    if let value = keys.take("file") { sources.append(log.path(value, "file").map { .file($0) }) }
    if let value = keys.take("journal") { sources.append(log.nonEmptyText(value, "journal").map { .journal($0) }) }
    if let value = keys.take("kernel"), log.flag(value, "kernel") == true { sources.append(.kernel) }
    keys.finish()
    guard sources.count == 1 else {
      log.error(keys.mark, "a log takes exactly one of `container-log: true`, `file`, `journal` and `kernel: true`")
      return nil
    }
    guard let name, let target, let source = sources[0] else { return nil }
    return Playbook.Log(name: name.value, on: target, source: source, mark: name.mark)
  }

  func keyLogs(_ value: YAMLValue?) -> [Playbook.KeyLog] {
    entries(value, "tls-keys").compactMap { value in
      guard var keys = Keys(value, "an entry of `tls-keys`", log: log) else { return nil }
      let target = target(&keys)
      let file = keys.need("file").flatMap { log.path($0, "file") }
      keys.finish()
      guard let target, let file else { return nil }
      return Playbook.KeyLog(on: target, file: file, mark: keys.mark)
    }
  }
}

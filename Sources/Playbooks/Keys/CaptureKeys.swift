internal import CaseModel

/// `captures:`.
extension PlaybookContext {
  func captures(_ value: YAMLValue?) -> [Playbook.Capture] {
    let read = entries(value, "captures").map { (entry: $0, capture: capture($0)) }
    let captures = read.compactMap(\.capture)
    refuseRepeats(
      captures.compactMap { capture in capture.name.map { Marked($0.text, capture.mark) } }, "capture")
    refuseNameless(captures)
    return captures
  }

  private func capture(_ value: YAMLValue) -> Playbook.Capture? {
    guard var keys = Keys(value, "a capture", log: log) else { return nil }
    let name = keys.take("name").map { (text: log.name($0, "name"), mark: $0.mark) }
    let target = target(&keys)
    let interfaces = keys.take("interface").map(interfaces) ?? .any
    let filter = filter(&keys)
    let limits = keys.take("limits").map(limits) ?? Playbook.Limits()
    let payload = keys.take("payload").map { (value: log.flag($0, "payload") ?? false, mark: $0.mark) }
    let snaplen = keys.take("snaplen").flatMap { log.number($0, "snaplen", in: 64...Playbook.wholePackets) }
    let buffer = keys.take("buffer").flatMap(buffer)
    let direction: Playbook.Capture.Direction? = keys.take("direction").flatMap { log.choice($0, "direction") }
    keys.finish()
    if let payload, payload.value, snaplen != nil {
      log.error(
        payload.mark, "`payload: true` and `snaplen` contradict each other",
        hint: "`payload` takes whole packets; keep one")
    }
    guard let target, let interfaces, let filter, let limits else { return nil }
    return Playbook.Capture(
      name: name?.text.map { VantageName($0) }, on: target, interfaces: interfaces, filter: filter, limits: limits,
      payload: payload?.value ?? false, snaplen: snaplen, buffer: buffer, direction: direction,
      mark: name?.mark ?? keys.mark)
  }

  /// Of the host's memory, which no program gets while the capture lasts.
  private func buffer(_ value: YAMLValue) -> ByteCount? {
    guard let size = log.size(value, "buffer") else { return nil }
    guard (ByteCount.megabytes(1)...ByteCount.megabytes(1000)).contains(size) else {
      return log.refuse(value, "buffer", "a size from 1MB to 1GB", hint: "it is kernel memory of the host")
    }
    return size
  }

  // MARK: Interfaces

  private func interfaces(_ value: YAMLValue) -> Playbook.Interfaces? {
    let items = log.list(value)
    guard !items.isEmpty else { return log.refuse(value, "interface", "`any`, an interface or a list of them") }
    let names = items.compactMap(interface)
    guard names.count == items.count else { return nil }
    guard names.contains(where: { $0.value == "any" }) else { return .named(names) }
    guard names.count == 1 else {
      return log.refuse(value, "interface", "`any` alone, or the names of interfaces")
    }
    return .any
  }

  private func interface(_ value: YAMLValue) -> Marked<String>? {
    guard let text = log.text(value, "interface") else { return nil }
    // Linux takes anything without blanks and slashes; what tcpdump would take for an option is not taken here.
    guard (1...15).contains(text.utf8.count), text.utf8.allSatisfy({ (33...126).contains($0) && $0 != 47 }),
      !text.hasPrefix("-"), text != ".", text != ".."
    else { return log.refuse(value, "interface", "an interface's name of 15 characters at most") }
    return Marked(text, value.mark)
  }

  // MARK: Filters

  private func filter(_ keys: inout Keys) -> Playbook.Filter? {
    let flow = keys.takeEntry("flow")
    let written = keys.takeEntry("filter")
    if let flow, written != nil {
      log.error(flow.key.mark, "`flow` and `filter` contradict each other", hint: "keep one of them")
      return nil
    }
    if let flow { return self.flow(flow.value) }
    guard let written else { return .everything }
    guard let text = log.nonEmptyText(written.value, "filter") else { return nil }
    return Playbook.Filter(.written, text: text, mark: written.value.mark)
  }

  private func flow(_ value: YAMLValue) -> Playbook.Filter? {
    guard var keys = Keys(value, "`flow`", log: log) else { return nil }
    let ports = keys.need("port").map { portList($0) }
    keys.finish()
    guard let ports, let ports else { return nil }
    return Playbook.Filter(.flow(ports), text: FlowFilter.text(ports), mark: value.mark)
  }

  /// One port or several.
  func portList(_ value: YAMLValue) -> [Port]? {
    let items = log.list(value)
    guard (1...16).contains(items.count) else { return log.refuse(value, "port", "1 to 16 ports") }
    let ports = items.compactMap { log.port($0, "port") }
    return ports.count == items.count ? ports : nil
  }

  // MARK: Limits

  private func limits(_ value: YAMLValue) -> Playbook.Limits? {
    guard var keys = Keys(value, "`limits`", log: log) else { return nil }
    var limits = Playbook.Limits()
    limits.duration = keys.take("duration").flatMap { log.duration($0, "duration", atLeast: .seconds(1)) }
    if let value = keys.take("size"), let size = log.size(value, "size") {
      limits.size = size
      limits.sizeIsWritten = true
    }
    limits.packets = keys.take("packets").flatMap { log.number($0, "packets", in: 1...Int.max) }
    limits.ring = keys.take("ring").flatMap { log.number($0, "ring", in: 2...100) }
    keys.finish()
    return limits
  }

  // MARK: Names

  /// Two captures without a name in one place would be one vantage.
  private func refuseNameless(_ captures: [Playbook.Capture]) {
    let nameless = captures.filter { $0.name == nil }
    for (index, capture) in nameless.enumerated() {
      guard let earlier = nameless[..<index].first(where: { Self.overlap($0.on, capture.on) }) else { continue }
      log.error(
        capture.mark,
        "this capture and the one on line \(earlier.mark.line) are on the same role and neither has a name",
        hint: "a capture's name is its vantage's name: give each one")
    }
  }

  private static func overlap(_ a: Playbook.Target, _ b: Playbook.Target) -> Bool {
    switch (a, b) {
    case (.all, _), (_, .all): true
    case (.roles(let a), .roles(let b)): !Set(a.map(\.value)).isDisjoint(with: b.map(\.value))
    }
  }
}

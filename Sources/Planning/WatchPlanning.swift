internal import CaseModel
internal import Playbooks

extension LogPlan {
  init(
    _ log: Playbook.Log, _ place: Station, isAlone: Bool, on host: HostName, _ folder: String, _ options: PlanOptions
  ) {
    let name = isAlone ? log.name : "\(log.name).\(place.name)"
    let unit = KeeperUnit(
      name: "log.\(name)",
      command: ["sh", "\(folder)/follow.sh", folder, place.followName] + log.source.words,
      output: .stdout(LogPlan.file(name)), silence: options.silence, grace: options.timers.grace,
      duration: options.duration(),
      bytes: 50_000_000, freeKilobytes: options.freeKilobytes, flush: .zero)
    self.init(name: name, namespace: place.name, unit: unit, start: unit.start("log \(name)", folder))
  }

  /// In the case's folder on the host.
  static func file(_ name: String) -> String { CasePath.component("log.\(name)") + ".out" }
}

extension TriggerPlan {
  /// What one host waits for because of one entry of `until`.
  static func all(
    _ trigger: Playbook.Trigger, number: Int, _ host: HostPlan, then: Duration, _ options: PlanOptions,
    places: (Playbook.Target) -> [Station]
  ) -> [TriggerPlan] {
    switch trigger.event {
    case .duration: []
    case .log(let from, let pattern):
      host.logs.filter { $0.name == from || $0.name.hasPrefix("\(from).") }.map { log in
        let file = "\(host.folder)/\(LogPlan.file(log.name))"
        return TriggerPlan(.log, log.name, log.namespace, number, waiting(file, 1, pattern, host), host, then, options)
      }
    case .probeFails(let name, let times):
      host.probes.filter { $0.name == name || $0.name.hasPrefix("\(name).") }.map { probe in
        let file = "\(host.folder)/\(ProbePlan.file(probe.name))"
        return TriggerPlan(
          .probeFails, probe.name, probe.namespace, number,
          waiting(file, times, "^[0-9.]+ end [0-9]+ status [1-9]", host), host, then, options)
      }
    case .packets(let name, let count):
      host.captures.filter { $0.isNamed(name) }.map { capture in
        TriggerPlan(
          .packets, capture.vantage.text, capture.namespace, number, capture.counting(count), host, then, options)
      }
    case .packet(let name, let filter):
      host.captures.filter { $0.isNamed(name) }.map { capture in
        TriggerPlan(
          .packet, capture.vantage.text, capture.namespace, number, capture.counting(1, matching: filter.value), host,
          then, options)
      }
    case .counter(let name, let target, let rise):
      places(target).map { place in
        TriggerPlan(
          .counter, place.place == .host ? host.name.text : "\(host.name).\(place.name)", place.name, number,
          place.entering(host.folder) + ["sh", "\(host.folder)/count.sh", name, "\(rise)"], host, then, options)
      }
    }
  }

  private static func waiting(_ file: String, _ count: Int, _ pattern: String, _ host: HostPlan) -> [String] {
    ["sh", "\(host.folder)/await.sh", file, "\(count)", pattern]
  }

  private init(
    _ kind: TriggerRecord.Kind, _ source: String, _ namespace: NamespaceName, _ number: Int, _ command: [String],
    _ host: HostPlan, _ then: Duration, _ options: PlanOptions
  ) {
    let name = "trigger.\(number).\(source)"
    let unit = KeeperUnit(
      name: name,
      command: [
        "sh", "\(host.folder)/fire.sh", host.folder, CasePath.component(name),
        then.secondsText, options.isDetached ? "alone" : "watched",
      ] + command,
      kind: .probe, output: .stdout(CasePath.component(name) + ".out"),
      silence: options.silence, grace: .zero, duration: options.duration(), bytes: 1_000_000, flush: .zero)
    self.init(
      kind: kind, source: source, namespace: namespace, unit: unit,
      start: unit.start("trigger \(kind.rawValue) \(source)", host.folder))
  }
}

extension CapturePlan {
  /// Whether it is the capture of that name in the playbook, or one of those that came of it.
  fileprivate func isNamed(_ name: VantageName) -> Bool { vantage == name || vantage.text.hasPrefix("\(name).") }

  /// A second tcpdump that ends at a number of the same packets.
  fileprivate func counting(_ count: Int, matching more: String? = nil) -> [String] {
    let both = [filter, more ?? ""].filter { !$0.isEmpty }
    let words = CaptureCommand.words(
      interface: interface, snaplen: 96, packets: count, ring: nil, file: "/dev/null",
      filter: both.count == 1 ? both[0] : both.map { "(\($0))" }.joined(separator: " and "))
    return entering + words
  }
}

extension Station {
  /// As `follow.sh` is told.
  fileprivate var followName: String { place == .host ? "-" : CasePath.component(name.text) }
}

extension Playbook.Log.Source {
  /// As `follow.sh` is told.
  fileprivate var words: [String] {
    switch self {
    case .container: ["container", "-"]
    case .file(let path): ["file", path]
    case .journal(let unit): ["journal", unit]
    case .kernel: ["kernel", "-"]
    }
  }
}

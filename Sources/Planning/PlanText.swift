internal import CaseModel
internal import Playbooks

extension Plan {
  /// The dry run: what would run where, in order. Long scripts and filters have a name there and stand below, each once, whole.
  public var text: String {
    let names = PlanNames(self)
    var lines = ["\(playbook.name)", ""]
    for host in hosts { lines += host.lines(names) + [""] }
    for role in external {
      lines += ["\(role.role) (\(role.address))", "  no login: a place in the verdict, no capture", ""]
    }
    lines += summary + changes + [""] + names.lines
    return lines.joined(separator: "\n") + "\n"
  }

  /// What captures may take at the worst, in a sentence.
  public var footprint: String {
    let all = "captures take at most \(worstBytes.inMegabytes)"
    guard hosts.count > 1 else { return "\(all) on 1 host" }
    let most = hosts.map(\.worstBytes).max() ?? worstBytes
    return "\(all) on \(hosts.count) hosts, at most \(most.inMegabytes) on one of them"
  }

  private var summary: [String] {
    let end =
      playbook.namesATrigger
      ? "until a trigger fires, at most \(playbook.wait.written)" : "for \(playbook.wait.written)"
    let then = playbook.then > .zero ? ", then \(playbook.then.written) more" : ""
    return [
      "captures start together and record \(end)\(then)",
      footprint + "; nothing but $DIR is made on any of them",
      "tcpdump needs root there",
      "without a heartbeat for \(timers.silence.written) probes end, and captures \(timers.grace.written) later",
    ]
  }
}

extension Plan {
  fileprivate var changes: [String] {
    if !leftOut.isEmpty {
      return ["left out, since they change hosts: \(leftOut.joined(separator: ", ")) (--allow-changes)"]
    }
    let changed = hosts.filter { !$0.instruments.isEmpty }.map(\.name.text)
    guard !changed.isEmpty else { return [] }
    return [
      "\(changed.joined(separator: ", ")): changed while the run lasts, and changed back when it, we or the session end"
    ]
  }
}

extension HostPlan {
  fileprivate func lines(_ names: PlanNames) -> [String] {
    var steps = [("make", "mkdir $DIR, and push \(names.scripts) there")]
    steps += namespaces.compactMap { place in
      place.find.map { ("find \(place.name)", names.shortened($0.text) + (place.found.map { "  # \($0)" } ?? "")) }
    }
    steps += readouts.map { ($0.when, ([$0.name] + $0.command.arguments).joined(separator: " ") + $0.place) }
    steps += captures.map { ("capture \($0.vantage)", names.shortened($0.unit.command)) }
    steps += namespaces.compactMap { place in
      place.rearm.map {
        ("again \(place.name)", names.shortened($0.unit.command) + "  # as NAME~2, where it is replaced")
      }
    }
    steps += instruments.map { ("change \($0.kind)", names.shortened($0.unit.command)) }
    if let trace { steps.append(("trace", names.shortened(trace.unit.command))) }
    steps += logs.map { ("log \($0.name)", names.shortened($0.unit.command)) }
    steps += triggers.map { ("until \($0.source)", names.shortened($0.unit.command)) }
    steps += probes.map { ("probe \($0.name)", names.shortened($0.unit.command)) }
    steps += keyLogs.map { ("TLS keys", "copy \(ShellWord.quote($0.file))") }
    steps.append(("remove", "$DIR, when nothing in it is alive and everything is fetched"))
    let width = steps.map(\.0.count).max() ?? 0
    return ["\(name) (\(address); \(roles.map(\.text).joined(separator: ", "))\(privilege))"]
      + steps.map { "  \($0.0)\(String(repeating: " ", count: width - $0.0.count))  \($0.1)" }
  }

  /// How our commands there become root's.
  private var privilege: String {
    login.become ? "; root by \(login.becomeMethod?.rawValue ?? "sudo, or doas")" : ""
  }

  private var address: String {
    let user = login.user.map { "\($0)@" } ?? ""
    return user + login.destination + (login.port.map { ":\($0)" } ?? "")
  }
}

extension ReadoutPlan {
  fileprivate var when: String {
    every.map { "before, every \($0.written), after" } ?? "before and after"
  }

  fileprivate var place: String { namespace == .host ? "" : " in \(namespace)" }
}

/// Short names for what is long, and what they stand for.
private struct PlanNames {
  let folder: String
  let filters: [String]
  let readouts: [ReadoutPlan]
  let scripts = "our scripts"

  init(_ plan: Plan) {
    folder = plan.hosts.first?.folder ?? ""
    var filters: [String] = []
    for filter in plan.hosts.flatMap(\.captures).map(\.filter) where filter.count > 60 && !filters.contains(filter) {
      filters.append(filter)
    }
    self.filters = filters
    let all = Dictionary(grouping: plan.hosts.flatMap(\.readouts), by: \.name)
    readouts = all.keys.sorted().compactMap { all[$0]?.first }
  }

  func shortened(_ text: String) -> String { text.replacing(folder, with: "$DIR") }

  func shortened(_ words: [String]) -> String {
    words.map { word in
      if let number = filters.firstIndex(of: word) { return filterName(number) }
      guard word == folder || word.hasPrefix(folder + "/") else { return ShellWord.quote(word) }
      return "$DIR" + word.dropFirst(folder.count)
    }.joined(separator: " ")
  }

  private func filterName(_ number: Int) -> String { filters.count == 1 ? "\"$FILTER\"" : "\"$FILTER\(number + 1)\"" }

  var lines: [String] {
    var lines = ["$DIR is \(folder)"]
    for (number, filter) in filters.enumerated() {
      lines += ["", "\(filterName(number).filter { $0 != "\"" }) is", "  \(filter)"]
    }
    for readout in readouts {
      lines += ["", "\(readout.name) reads what \(readout.checks.joined(separator: ", ")) judges:"]
      lines += (readout.command.script ?? readout.command.text).split(separator: "\n").map { "  \($0)" }
    }
    return lines
  }
}

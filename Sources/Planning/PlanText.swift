internal import CaseModel
internal import Playbooks

extension Plan {
  /// The dry run: what would run where, in order, to the exact command.
  public var text: String {
    var lines = ["\(playbook.name)", "case \(id)", ""]
    for host in hosts { lines += host.lines + [""] }
    for role in external {
      lines += ["\(role.role) (\(role.address))", "  no login: a place in the verdict, no capture", ""]
    }
    lines.append(waitText)
    lines.append(
      "at most \(worstBytes) on \(hosts.count) host\(hosts.count == 1 ? "" : "s"), in /var/tmp/stakeout-\(id), removed at the end"
    )
    lines.append(
      "without a heartbeat for \(timers.silence.written) probes end, and captures \(timers.grace.written) later")
    lines += unsupported.map { "not executed yet: \($0.cause)" }
    return lines.joined(separator: "\n") + "\n"
  }

  private var waitText: String {
    let end =
      playbook.namesATrigger
      ? "until a trigger fires, at most \(playbook.wait.written)" : "for \(playbook.wait.written)"
    return "captures start together and record \(end)"
      + (playbook.then > .zero ? ", then \(playbook.then.written) more" : "")
  }
}

extension HostPlan {
  fileprivate var lines: [String] {
    var login = login.destination
    if let user = self.login.user { login = "\(user)@\(login)" }
    if let port = self.login.port { login += ":\(port)" }
    var steps: [(String, String)] = [("prepare", prepare.command.text)]
    steps += readouts.map { ("before", $0.command.text) }
    steps += captures.map { ("capture \($0.vantage)", ShellCommandText.words($0.unit.command)) }
    steps += probes.map { ("probe \($0.name)", ShellCommandText.words($0.unit.command)) }
    steps += readouts.map { ("after", $0.command.text) }
    steps.append(("clean up", prepare.undo.text))
    let width = steps.map(\.0.count).max() ?? 0
    return ["\(name) (\(login); \(roles.map(\.text).joined(separator: ", ")))"]
      + steps.map { "  \($0.0)\(String(repeating: " ", count: width - $0.0.count))  \($0.1)" }
  }
}

/// Words as a person would type them.
private enum ShellCommandText {
  static func words(_ words: [String]) -> String { words.map(ShellWord.quote).joined(separator: " ") }
}

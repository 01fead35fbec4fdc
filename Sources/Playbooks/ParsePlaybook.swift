/// Reads a playbook, or says everything that is wrong with it.
///
/// - Parameters:
///   - file: as the user named it, for messages.
///   - variables: from `-e`; each is checked against its declared type.
///   - fillMissing: takes a fitting stand-in for each required variable that was not given, as `validate` does.
///   - filterProblem: what is wrong with a pcap-filter text, nil if nothing.
public func parsePlaybook(
  _ text: String, file: String, variables: [String: String], fillMissing: Bool,
  filterProblem: (String) -> String?
) -> Parsed<Playbook> {
  let document = YAMLDocument.read(text, file: file)
  let log = ProblemLog(file: file)
  guard let root = document.root, var keys = Keys(root, "a playbook", log: log) else {
    return Parsed(nil, document.problems + log.problems)
  }
  let declared = VariableKeys(given: variables, fillMissing: fillMissing, log: log).read(keys.take("vars"))
  let expansion = Expansion(declared, log: log)
  func take(_ name: String) -> YAMLValue? { keys.take(name).map { expansion.expand($0) } }

  var playbook = Playbook(file: file, name: "", variables: declared)
  var context = PlaybookContext(log: log)
  playbook.name = keys.need("name").map { expansion.expand($0) }.flatMap { log.nonEmptyText($0, "name") } ?? ""
  playbook.about = take("about").flatMap { log.text($0, "about") } ?? ""
  context.readRoles(take("roles"))
  playbook.roles = context.roles
  playbook.captures = context.captures(take("captures"))
  playbook.checks = context.checks(take("checks"))
  playbook.traces = context.traces(take("traces"))
  playbook.instruments = context.instruments(take("instruments"))
  playbook.logs = context.logs(take("logs"))
  playbook.keyLogs = context.keyLogs(take("tls-keys"))
  playbook.probes = context.probes(take("probes"))
  playbook.until = context.triggers(take("until"), in: playbook)
  playbook.then = take("then").flatMap { log.duration($0, "then", atLeast: .zero) } ?? .zero
  playbook.grace =
    take("grace").flatMap { log.duration($0, "grace", atLeast: .seconds(10)) } ?? Playbook.defaultGrace
  playbook.lookFor = context.lookFor(take("look-for"))
  keys.finish()
  judgeFilters(playbook.captures, log, filterProblem)
  for case .packet(_, let filter) in playbook.until.map(\.event) {
    guard let problem = filterProblem(filter.value) else { continue }
    log.error(filter.mark, "bad filter: \(problem)", hint: "the language is that of pcap-filter(7)")
  }
  return Parsed(playbook, log.problems)
}

/// Compiles each filter once, and warns of what a hand-written one will not show.
private func judgeFilters(_ captures: [Playbook.Capture], _ log: ProblemLog, _ filterProblem: (String) -> String?) {
  for filter in captures.map(\.filter) {
    guard let mark = filter.mark, filter.origin != .everything else { continue }
    if let problem = filterProblem(filter.text) {
      log.error(mark, "bad filter: \(problem)", hint: "the language is that of pcap-filter(7)")
    } else if filter.origin == .written {
      let hidden = FilterBlindness.hidden(by: filter.text)
      guard !hidden.isEmpty else { continue }
      log.warning(
        mark, "this filter hides \(hidden.joined(separator: ", "))",
        hint: "`flow: { port: [...] }` takes what belongs to a flow along")
    }
  }
}

import CaseModel
import Foundation
import Planning
import Playbooks
import Testing

/// Nothing that a playbook, a variable, a container engine or another host says is ever read by a shell: every place of a playbook
/// that takes free text is filled with what shells treat specially, every command of its plan is run, and programs that stand for
/// the real ones note the words that reach them.
@Suite("Hostile values") struct InjectionTests {
  /// Each would run `canary` if a shell read it as anything but a word.
  private static let payloads = [
    "'; canary; '", "\"; canary; \"", "$(canary)", "`canary`", "; canary", "| canary", "& canary &", "&& canary",
    "'\u{301}; canary; '\u{301}", "\"\u{301}; canary; \"\u{301}", "${IFS}$(canary)", "x[$(canary)]", "\\'; canary; \\'",
    "\\", "%s%n%%\\0101", "* ? [a] {a,b}", "!! #x", "ü \u{202e} 🦔", "a\tb  c", "<(canary)", "$'\\''; canary",
  ]

  /// One word each.
  private static let words: [String] = {
    let all = payloads.joined(separator: " ")
    return [
      all, payloads.reversed().joined(), "-oProxyCommand=canary " + all, "~root" + all, "=canary " + all,
      String(repeating: all, count: 40),
    ]
  }()

  /// As above, for what must be a file's name; and for what takes no more than 15 characters.
  private static let names = payloads.map { $0.replacing("\t", with: " ") }
  private static let short = ["$(canary)", "`canary`", "a;canary&b|c", "'\"\\$*?~#!"]

  @Test(arguments: KeeperShell.here, words.indices)
  func arriveAsWordsAndRunNothing(shell: KeeperShell, number: Int) async throws {
    let (word, name) = (Self.words[number], Self.names[number * 3])
    try await KeeperHost.with(shell) { host in
      try host.installWitnesses()
      try host.write("log " + name, Data())
      try await Self.perform(try Self.plan(word, name, host), host)
      let seen = try host.witnessed()
      #expect(seen["docker"]?.contains(word) == !word.hasPrefix("-"), "the container's name")
      #expect(seen["docker"]?.contains("id \(Self.payloads[0])") == true, "the engine's answer")
      #expect(seen["tcpdump"]?.contains(word) == true, "the filter")
      #expect(seen["tcpdump"]?.contains("(\(word)) and (\(word))") == true, "the packet that is waited for")
      #expect(seen["journalctl"]?.contains("--unit=\(word)") == true, "the journal's unit")
      #expect(seen["witness"]?.isSuperset(of: ["run \(word)", "script \(word)"]) == true, "the probes")
      #expect(!host.has("canary-sang"), "\(word.prefix(400))")
      if shell.name == "ash" { return }  // it has these programs inside
      #expect(seen["grep"]?.contains(word) == true, "the pattern")
      #expect(seen["tail"]?.contains { $0.hasSuffix("/log " + name) } == true, "the log's path")
    }
  }

  @Test(arguments: KeeperShell.here) func interfacesAreWords(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      try host.installWitnesses()
      try await Self.perform(try Self.plan(interfaces: Self.short, host), host)
      #expect(try host.witnessed()["tcpdump"]?.isSuperset(of: Self.short) == true)
      #expect(!host.has("canary-sang"))
    }
  }

  /// Where other hosts are is what those hosts say.
  @Test(arguments: KeeperShell.here) func anotherHostsAddressIsAWord(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      try host.installWitnesses()
      let peers = Self.payloads.enumerated().map { "h\($0) \($1)\n" }.joined()
      try host.write("peers", Data(peers.utf8))
      let targets = Self.payloads.indices.map { "=h\($0)" } + Self.payloads
      for (how, value) in [("ping", "56"), ("connect", "1")] {
        try await host.run(
          [
            "sh", "-c", #"exec "$@" 3>/dev/null"#, "sh", "sh", "\(host.folder)/round.sh", host.folder, how, "1", value,
            "-",
          ]
            + targets)
      }
      #expect(!host.has("canary-sang"))
      if shell.name == "ash" { return }  // it has a ping inside
      #expect(try host.witnessed()["ping"]?.isSuperset(of: Self.payloads.filter { !$0.contains("\\") }) == true)
    }
  }

  // MARK: plans

  private static func plan(_ word: String, _ file: String, _ host: KeeperHost) throws -> Plan {
    try plan(
      """
      name: Hostile
      vars: { v: { type: text, default: \(json(word)) } }
      roles:
        box: { group: server, inside: { container: "{{ v }}" } }
        tin: { group: server, inside: { container: \(json(file)) } }
        server: {}
      captures: [{ name: near, on: server, filter: "{{ v }}" }]
      logs:
        - { name: unit, on: server, journal: "{{ v }}" }
        - { name: text, on: server, file: \(json("\(host.folder)/log \(file)")) }
        - { name: own, on: tin, container-log: true }
      probes:
        - { name: run, on: server, run: [witness, "run {{ v }}"] }
        - { name: script, on: server, shell: 'witness "script $v"' }
      tls-keys: [{ on: server, file: \(json("\(host.folder)/\(file)")) }]
      until:
        - log: { from: unit, matches: "{{ v }}" }
        - packet: { capture: near, matches: "{{ v }}" }
      """, host)
  }

  private static func plan(interfaces: [String], _ host: KeeperHost) throws -> Plan {
    try plan(
      "name: x\nroles: { server: {} }\ncaptures: [{ on: server, interface: \(json(interfaces)) }]", host)
  }

  private static func plan(_ text: String, _ host: KeeperHost) throws -> Plan {
    let playbook = parsePlaybook(text, file: "p.yaml", variables: [:], fillMissing: false, filterProblem: { _ in nil })
    let plan = makePlan(
      try #require(playbook.value, "\(playbook.problems)"), Inventory([(role: "server", host: "db1")]),
      PlanOptions(id: CaseID(host.id), freeKilobytes: 0))
    return try #require(plan.value, "\(plan.problems)")
  }

  /// YAML takes JSON.
  private static func json(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
  }

  /// Everything that the plan does on its host, as a session would have it done there.
  private static func perform(_ plan: Plan, _ host: KeeperHost) async throws {
    let there = try #require(plan.hosts.first)
    for command in there.namespaces.compactMap(\.find) { try await host.run(["sh", "-c", command.text]) }
    let starts =
      there.captures.map { ($0.unit, $0.start) } + there.logs.map { ($0.unit, $0.start) }
      + there.probes.map { ($0.unit, $0.start) } + there.triggers.map { ($0.unit, $0.start) }
    for (_, start) in starts {
      let outcome = try await host.run(["sh", "-c", start.command.text])
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    // Where a shell has a program inside, the real one waits for what will not come.
    let waiting = host.shell.name == "ash" ? there.triggers.filter { $0.kind == .log }.map(\.unit.name) : []
    let endless = Set(there.logs.map(\.unit.name) + waiting)
    for (unit, _) in starts where !endless.contains(unit.name) { _ = try await host.untilEnded(unit) }
    for command in there.keyLogs.map(\.copy) + starts.map(\.1.undo) { try await host.run(["sh", "-c", command.text]) }
    for (unit, _) in starts { _ = try await host.untilEnded(unit) }
  }
}

extension KeeperHost {
  /// Programs that note their words, and one that must never run.
  fileprivate func installWitnesses() throws {
    let note = #"{ for word; do printf '%s\0' "$word"; done; } >>"\#(folder)/words.${0##*/}.$$""#
    let own = ProcessInfo.processInfo.processIdentifier
    try program("canary", ": >'\(folder)/canary-sang'")
    for name in ["witness", "journalctl", "tail", "ping"] { try program(name, note) }
    try program("grep", "\(note); exit 1")
    try program("tcpdump", "\(note); echo 'listening on x' >&2")
    try program("docker", "\(note); [ \"$1\" != inspect ] || printf '%s\\n' \"\(own) id '; canary; '\"")
    try program("nsenter", "\(note); while :; do case $1 in --*) shift ;; *) break ;; esac; done; exec \"$@\"")
  }

  /// The words that each of them was given so far.
  fileprivate func witnessed() throws -> [String: Set<String>] {
    var seen: [String: Set<String>] = [:]
    for file in files where file.hasPrefix("words.") {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)"))
      let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      seen[String(file.split(separator: ".")[1]), default: []].formUnion(words)
    }
    return seen
  }
}

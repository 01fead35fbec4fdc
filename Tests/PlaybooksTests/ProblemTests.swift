import CaptureFilters
import Playbooks
import Testing

/// Each mistake and the exact words for it.
@Suite struct ProblemTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let text: String
    let says: String
    var testDescription: String { says }
  }

  static let roles = "name: x\nroles: { client: {}, gateway: {} }\n"

  static func problems(_ text: String, variables: [String: String] = [:]) -> [String] {
    parsePlaybook(
      text, file: "p.yaml", variables: variables, fillMissing: false, filterProblem: captureFilterProblem
    ).problems.map(\.description)
  }

  static func mistake(_ text: String, _ says: String) -> Mistake { Mistake(text: roles + text, says: says) }

  static let mistakes: [Mistake] = [
    mistake(
      "capture: []", "p.yaml:3:1: error: unknown key `capture` in a playbook\n  hint: did you mean `captures`?"),
    mistake(
      "captures: [{ on: clinet }]",
      "p.yaml:3:18: error: there is no role `clinet`\n  hint: did you mean `client`?"),
    mistake(
      "captures: [{ on: nobody }]",
      "p.yaml:3:18: error: there is no role `nobody`\n  hint: roles are `client` and `gateway`"),
    mistake(
      "captures: [{ name: a }]",
      "p.yaml:3:12: error: a capture has no `on`\n  hint: `on` names a role, a list of roles, or `all`"),
    mistake(
      "captures: { on: client }",
      "p.yaml:3:11: error: `captures` must be a list, not a mapping\n  hint: each entry opens with `- `"),
    mistake(
      "captures: [{ name: a, on: client }, { name: a, on: gateway }]",
      "p.yaml:3:45: error: there is a capture `a` already, on line 3\n  hint: each capture has a name of its own"),
    mistake(
      "captures:\n- { on: client }\n- { on: all }",
      """
      p.yaml:5:3: error: this capture and the one on line 4 are on the same role and neither has a name
        hint: a capture's name is its vantage's name: give each one
      """),
    mistake(
      "captures: [{ name: ../a, on: client }]",
      """
      p.yaml:3:20: error: `name` takes a name, not `../a`
        hint: names are letters, digits, `.`, `_` and `-`, 64 at most, and open with a letter or digit
      """),
    mistake(
      "captures: [{ name: a, on: client, filter: tcp prot 80 }]",
      """
      p.yaml:3:43: error: bad filter: `prot` would have to be looked up by name: write the address or the number
        hint: the language is that of pcap-filter(7)
      """),
    mistake(
      "captures: [{ name: a, on: client, filter: tcp port and }]",
      """
      p.yaml:3:43: error: bad filter: can't parse filter expression: syntax error
        hint: the language is that of pcap-filter(7)
      """),
    mistake(
      "captures: [{ name: a, on: client, filter: host db1.example.com }]",
      """
      p.yaml:3:43: error: bad filter: `db1.example.com` would have to be looked up by name: write the address or the number
        hint: the language is that of pcap-filter(7)
      """),
    mistake(
      "captures: [{ name: a, on: client, filter: 'ip', flow: { port: 1 } }]",
      "p.yaml:3:49: error: `flow` and `filter` contradict each other\n  hint: keep one of them"),
    mistake(
      "captures: [{ name: a, on: client, flow: { ports: 1 } }]",
      "p.yaml:3:41: error: `flow` has no `port`"),
    mistake(
      "captures: [{ name: a, on: client, flow: { port: 70000 } }]",
      "p.yaml:3:49: error: `port` takes a port from 1 to 65535, not `70000`"),
    mistake(
      "captures: [{ name: a, on: client, interface: [any, eth0] }]",
      "p.yaml:3:46: error: `interface` takes `any` alone, or the names of interfaces, not a list"),
    mistake(
      "captures: [{ name: a, on: client, interface: -w }]",
      "p.yaml:3:46: error: `interface` takes an interface's name of 15 characters at most, not `-w`"),
    mistake(
      "captures: [{ name: a, on: client, limits: { duration: 5 } }]",
      "p.yaml:3:55: error: `duration` takes a duration, not `5`\n  hint: write the unit: `5s`"),
    mistake(
      "captures: [{ name: a, on: client, limits: { duration: 5 minutes } }]",
      """
      p.yaml:3:55: error: `duration` takes a duration, not `5 minutes`
        hint: write it with its unit: `250ms`, `60s`, `5m`, `1h30m`; 30 days at most
      """),
    mistake(
      "captures: [{ name: a, on: client, limits: { size: 100 } }]",
      """
      p.yaml:3:51: error: `size` takes a size, not `100`
        hint: write it with its unit: `100MB`, `1.5GiB`
      """),
    mistake(
      "captures: [{ name: a, on: client, limits: { ring: 1 } }]",
      "p.yaml:3:51: error: `ring` takes a number from 2 to 100, not `1`"),
    mistake(
      "captures: [{ name: a, on: client, payload: maybe }]",
      "p.yaml:3:44: error: `payload` takes `true` or `false`, not `maybe`"),
    mistake(
      "captures: [{ name: a, on: client, payload: true, snaplen: 96 }]",
      """
      p.yaml:3:44: error: `payload: true` and `snaplen` contradict each other
        hint: `payload` takes whole packets; keep one
      """),
    mistake(
      "checks: [{ sysctl-tcp: x.y, on: client }]",
      "p.yaml:3:12: error: unknown check `sysctl-tcp`\n  hint: did you mean `sysctl`?"),
    mistake(
      "checks: [{ sysctl: ../../etc/passwd, on: client }]",
      """
      p.yaml:3:20: error: `../../etc/passwd` is not a sysctl key
        hint: a key is words joined by dots, such as `net.ipv4.tcp_timestamps`
      """),
    mistake(
      "checks: [{ counters: [listen-drops], on: client }]",
      """
      p.yaml:3:22: error: `listen-drops` is not a counter's name
        hint: names are as `nstat -az` prints them: `TcpRetransSegs`
      """),
    mistake(
      "checks: [{ on: client }]",
      """
      p.yaml:3:10: error: a check names nothing to check
        hint: checks are `addresses`, `conntrack-stats`, `conntrack-table`, `counters`, `interface-mtu`, `listen-queue`, `routes`, `sysctl` and `uname`
      """),
    mistake(
      "checks: [{ uname: {}, counters: [A], on: client }]",
      "p.yaml:3:23: error: one entry names the checks `uname` and `counters`\n  hint: give each an entry of its own"),
    mistake(
      "traces: [{ on: client, events: [tcp_send_reset] }]",
      "p.yaml:3:33: error: `events` takes tracepoints such as `tcp:tcp_send_reset`, not `tcp_send_reset`"),
    mistake(
      "instruments: [{ on: client, log-invalids: {} }]",
      "p.yaml:3:29: error: unknown key `log-invalids` in an instrument\n  hint: did you mean `log-invalid`?"),
    mistake(
      "logs: [{ name: a, on: client }]",
      "p.yaml:3:8: error: a log takes exactly one of `container-log: true`, `file`, `journal` and `kernel: true`"),
    mistake(
      "logs: [{ name: a, on: client, file: messages }]",
      """
      p.yaml:3:37: error: `file` takes a path, not `messages`
        hint: a path on a host is absolute: `/var/log/messages`
      """),
    mistake(
      "probes: [{ name: a, on: client, run: curl -sf http://x }]",
      """
      p.yaml:3:38: error: `run` takes a list of words, not `curl -sf http://x`
        hint: write `run: [curl, -sf, URL]`; a script for a shell goes under `shell`
      """),
    mistake(
      "probes: [{ name: a, on: client, run: [x], every: 1s, repeat: 3 }]",
      """
      p.yaml:3:54: error: `repeat` and `every` contradict each other
        hint: `every` goes on in the background until the wait ends; `repeat` counts runs in the foreground
      """),
    mistake(
      "probes: [{ name: a, on: client, ping: { to: gatway } }]",
      """
      p.yaml:3:45: error: `to` takes a role, an address or `all`, and there is no role `gatway`
        hint: did you mean `gateway`?
      """),
    mistake(
      "vars: { v: {} }\nprobes: [{ name: a, on: client, shell: 'x {{ v }}' }]",
      """
      p.yaml:4:40: error: `{{ }}` is not replaced inside a script
        hint: the playbook's variables are in the script's environment: write `"$name"`
      """),
    mistake(
      "until: [{ log: { from: pilot, matches: x } }]",
      "p.yaml:3:24: error: there is no log `pilot`\n  hint: no log has a name here"),
    mistake(
      "probes: [{ name: big, on: client, run: [x] }]\nuntil: [{ probe-fails: { probe: small } }]",
      "p.yaml:4:33: error: there is no probe `small`\n  hint: probes are `big`"),
    mistake(
      "captures: [{ name: pods, on: client }]\nuntil: [{ packets: { capture: pod, count: 3 } }]",
      "p.yaml:4:31: error: there is no capture `pod`\n  hint: did you mean `pods`?"),
    mistake(
      "until: [{ counter: { on: client, name: 'x; reboot' } }]",
      """
      p.yaml:3:40: error: `x; reboot` is no counter's name
        hint: write it as `nstat -asz` does: letters and digits
      """),
    mistake(
      "until: [{ duration: 31d }]",
      """
      p.yaml:3:21: error: `duration` takes a duration, not `31d`
        hint: write it with its unit: `250ms`, `60s`, `5m`, `1h30m`; 30 days at most
      """),
    mistake(
      "then: '{{ wiat }}'\nvars: { wait: { type: duration, default: 5s } }",
      "p.yaml:3:7: error: there is no variable `wiat`\n  hint: did you mean `wait`?"),
    mistake(
      "vars: { wait: { type: time } }",
      """
      p.yaml:3:23: error: `type` takes `address`, `port`, `text`, `number`, `duration`, `size` or `path`, not `time`
      """),
    mistake(
      "vars: { wait: { type: duration, default: 5 } }",
      "p.yaml:3:42: error: `default` takes a duration such as `60s`, not `5`"),
    mistake(
      "vars: { vip: { type: address, required: true, help: the service } }",
      """
      p.yaml:3:9: error: variable `vip` is required and was not given
        hint: give it with `-e vip=ADDRESS`: the service
      """),
    mistake(
      "vars: { wait: { type: duration } }\nthen: '{{ wait }}'",
      """
      p.yaml:4:7: error: `then` takes a duration, and variable `wait` has no value
        hint: give it with `-e wait=...`, or a `default:`
      """),
    mistake(
      "then: {{ wait }}",
      """
      p.yaml:3:8: error: a key must be a word
        hint: a variable is written in quotes: `"{{ name }}"`
      """),
    Mistake(
      text: "name: x\nroles: { vip: { external: 10.0.0.1 } }\ncaptures: [{ on: vip }]",
      says: """
        p.yaml:3:18: error: role `vip` is external: there is no login, so nothing can be done on it
          hint: an external role has a place in the verdict; probes can go `to` it
        """),
    Mistake(
      text: "name: x\nroles: { a: { inside: { container: x, pid: 3 } } }",
      says: "p.yaml:2:23: error: `inside` takes exactly one of `container`, `netns`, `pid` and `pod`"),
    Mistake(
      text: "name: x\nroles: { a: { many: some } }",
      says: "p.yaml:2:21: error: `many` takes `one` or `all`, not `some`"),
    Mistake(text: "about: x", says: "p.yaml:1:1: error: a playbook has no `name`"),
    Mistake(text: "- a", says: "p.yaml:1:1: error: a playbook must be a mapping, not a list"),
    Mistake(
      text: "name: x\n---\nname: y",
      says: "p.yaml:2:1: error: a second document begins here\n  hint: one file is one document"
    ),
    Mistake(text: "", says: "p.yaml:1:1: error: the file is empty"),
    Mistake(
      text: "name: x\nname: y",
      says:
        "p.yaml:1:1: error: `name` stands more than once in one mapping\n  hint: the first is here; keep one of them"),
    Mistake(
      text: "name: x\nroles:\n\tclient: {}",
      says: """
        p.yaml:3:1: error: not YAML: found character that cannot start any token
          hint: YAML is indented with spaces, and text that opens with a special character needs quotes
        """),
  ]

  @Test(arguments: mistakes) func `each mistake has its words`(mistake: Mistake) {
    #expect(Self.problems(mistake.text).contains(mistake.says), "\(Self.problems(mistake.text))")
  }

  @Test func `an entry of a list that is a variable without a value is left out`() {
    let text = """
      name: x
      vars: { a: { type: port, default: 80 }, b: { type: port } }
      roles: { client: {} }
      captures: [{ on: client, flow: { port: ["{{ a }}", "{{ b }}"] } }]
      """
    let parsed = parsePlaybook(text, file: "p.yaml", variables: [:], fillMissing: false) { _ in nil }
    #expect(parsed.value?.captures[0].filter.origin == .flow([Port(80)].compactMap { $0 }))
    #expect(
      Self.problems(text.replacing("\"{{ a }}\", ", with: "")) == [
        "p.yaml:4:40: error: `port` takes 1 to 16 ports, not a list"
      ])
  }

  @Test func `all problems come at once, in the order of their places`() {
    let text = """
      name: x
      roles: { client: {} }
      captures:
        - { name: a, on: server, flow: { port: http } }
      until: [{ duration: soon }]
      thn: 3s
      """
    #expect(
      Self.problems(text, variables: ["vip": "10.0.0.1"]) == [
        "p.yaml:1:1: error: `vip` was given, and there is no such variable\n  hint: this playbook has no variables",
        "p.yaml:4:20: error: there is no role `server`\n  hint: roles are `client`",
        "p.yaml:4:42: error: `port` takes a port from 1 to 65535, not `http`",
        """
        p.yaml:5:21: error: `duration` takes a duration, not `soon`
          hint: write it with its unit: `250ms`, `60s`, `5m`, `1h30m`; 30 days at most
        """,
        "p.yaml:6:1: error: unknown key `thn` in a playbook\n  hint: did you mean `then`?",
      ])
  }

  @Test(arguments: [
    ("10.0.0.300", "an IP address"), ("web1", "an IP address"), ("", "an IP address"),
  ]) func `a variable of the wrong type`(text: String, wanted: String) {
    #expect(
      Self.problems("name: x\nvars: { vip: { type: address } }", variables: ["vip": text]) == [
        "p.yaml:2:9: error: variable `vip` takes \(wanted), and `\(text)` was given"
      ])
  }
}

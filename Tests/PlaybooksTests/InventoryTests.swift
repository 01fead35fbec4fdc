import CaseModel
import Playbooks
import Testing

@Suite struct InventoryTests {
  static let text = """
    hosts:
      web1: { address: 10.0.0.5, port: 2222, user: ops, private_key: ~/.ssh/id, roles: [client, gateway] }
      web2: { known-hosts: /etc/known, jump: bastion, become: true, password: hunter2, become_password: "a\\"b" }
      db1:
    groups:
      node_a: [web1, db1]
    """

  static func parse(_ text: String) -> Parsed<Inventory> { parseInventory(text, file: "inv.yaml") }

  @Test func `hosts and groups`() throws {
    let inventory = try #require(Self.parse(Self.text).value)
    #expect(inventory.hosts.map(\.name) == ["web1", "web2", "db1"])
    #expect(inventory.hosts[0].destination == "10.0.0.5")
    #expect(inventory.hosts[0].port == Port(2222))
    #expect(inventory.hosts[0].user == "ops")
    #expect(inventory.hosts[0].privateKey == "~/.ssh/id")
    #expect(inventory.hosts[1].knownHosts == "/etc/known")
    #expect(inventory.hosts[1].jump == "bastion")
    #expect(inventory.hosts[1].become)
    #expect(inventory.hosts[1].password?.revealed == "hunter2")
    #expect(inventory.hosts[2].destination == "db1")
    #expect(inventory.hosts(inGroup: "node_a").map(\.name) == ["web1", "db1"])
    #expect(inventory.hosts(inGroup: "gateway").map(\.name) == ["web1"])
  }

  @Test func `what the case keeps has no secrets, and reads back`() throws {
    var inventory = try #require(Self.parse(Self.text).value)
    let kept = inventory.redactedYAML()
    #expect(!kept.contains("hunter2"))
    #expect(
      kept == """
        hosts:
          "web1":
            address: "10.0.0.5"
            port: 2222
            user: "ops"
            private_key: "~/.ssh/id"
            roles: ["client", "gateway"]
          "web2":
            known_hosts: "/etc/known"
            jump: "bastion"
            roles: []
            become: true
            password: "<redacted>"
            become_password: "<redacted>"
          "db1":
            roles: []
        groups:
          "node_a": ["web1", "db1"]

        """)
    var again = try #require(Self.parse(kept).value)
    for index in inventory.hosts.indices {
      inventory.hosts[index].password = nil
      inventory.hosts[index].becomePassword = nil
      again.hosts[index].password = nil
      again.hosts[index].becomePassword = nil
      again.hosts[index].mark = inventory.hosts[index].mark
    }
    #expect(again == inventory)
  }

  @Test func `a secret never prints`() throws {
    let inventory = try #require(Self.parse(Self.text).value)
    #expect(!"\(inventory)".contains("hunter2"))
    #expect(!String(reflecting: inventory).contains("hunter2"))
    var dumped = ""
    dump(inventory, to: &dumped)
    #expect(!dumped.contains("hunter2"))
  }

  @Test func `hosts named on the command line`() {
    let inventory = Inventory([("client", "web1"), ("gateway", "ops@gw"), ("server", "web1")])
    #expect(inventory.hosts.map(\.name) == ["web1", "gw"])
    #expect(inventory.hosts.map(\.roles) == [["client", "server"], ["gateway"]])
    #expect(inventory.hosts.map(\.user) == [nil, "ops"])
    #expect(inventory.hosts(inGroup: "server").map(\.name) == ["web1"])
  }

  @Test(arguments: [
    ("hosts: {}", "inv.yaml:1:8: error: `hosts` names no host"),
    (
      "hosts: [web1]",
      "inv.yaml:1:8: error: `hosts` must be a mapping, not a list\n  hint: each host's name is a key: `web1: { ... }`"
    ),
    (
      "hosts: { web1: { adress: x } }",
      "inv.yaml:1:18: error: unknown key `adress` in host `web1`\n  hint: did you mean `address`?"
    ),
    (
      "hosts: { web1: { address: 'x:22' } }",
      "inv.yaml:1:27: error: `address` takes an address or a host name, not `x:22`\n  hint: the port goes under `port`"
    ),
    (
      "hosts: { web1: { user: -oProxyCommand=x } }",
      "inv.yaml:1:24: error: `user` takes one word, not `-oProxyCommand=x`"
    ),
    (
      "hosts: { web1: }\ngroups: { a: [web2] }",
      "inv.yaml:2:15: error: there is no host `web2`\n  hint: did you mean `web1`?"
    ),
    (
      "hosts: { ../x: }",
      """
      inv.yaml:1:10: error: `../x` cannot name a host
        hint: names are letters, digits, `.`, `_` and `-`; an address goes under `address`
      """
    ),
  ]) func `each mistake has its words`(text: String, says: String) {
    #expect(Self.parse(text).problems.map(\.description) == [says])
  }

  @Test func `a range stands for many hosts`() throws {
    let inventory = try #require(Self.parse("hosts: { \"web[09:11]\": { user: ops, roles: [client] }, db: }").value)
    #expect(inventory.hosts.map(\.name) == ["web09", "web10", "web11", "db"])
    #expect(inventory.hosts.map(\.user) == ["ops", "ops", "ops", nil])
    let problems = Self.parse("hosts: { \"w[1:2]\": { address: 10.0.0.1 }, \"x[2:1]\": }").problems.map(\.message)
    #expect(problems == ["2 hosts cannot have one `address`", "`x[2:1]` is no range of hosts"])
    #expect(
      Self.parse("hosts: { \"w[1:2]\": , w2: }").problems.map(\.message) == ["host `w2` stands there twice"])
    let many = (0..<20).map { "\"h\($0)-[1:9000]\": " }.joined(separator: ", ")
    #expect(Self.parse("hosts: { \(many) }").problems.map(\.message) == ["these are more than 10000 hosts"])
  }

  @Test func `a password draws a warning`() {
    #expect(
      Self.parse("hosts: { a: { password: x } }").problems.map(\.description) == [
        """
        inv.yaml:1:25: warning: a password stands in the inventory, for everybody who can read the file
          hint: use a key or an agent, and `-K` for sudo's password
        """
      ])
  }
}

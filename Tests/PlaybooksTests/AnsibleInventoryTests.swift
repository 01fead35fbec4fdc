import CaseModel
import Playbooks
import Testing

@Suite struct AnsibleInventoryTests {
  private static func parse(_ text: String) -> Parsed<Inventory> { parseInventory(text, file: "hosts") }
  private static func read(_ text: String) throws -> Inventory {
    let parsed = parse(text)
    return try #require(parsed.value, "\(parsed.problems)")
  }

  private static let ini = """
    # everything
    mail.example
    [client]
    web[01:03].example  ansible_user=ops   # three of them
    jump:2222 ansible_host=10.0.0.9 ansible_ssh_private_key_file='~/.ssh/a key'
    [server]
    db-[a:b] ansible_ssh_common_args='-o ProxyJump=bastion'
    [prod:children]
    client
    server
    [prod:vars]
    ansible_user = root
    ansible_become=yes
    something="else entirely"
    [server:vars]
    ansible_port=2200
    """

  @Test func `the INI form`() throws {
    let inventory = try Self.read(Self.ini)
    #expect(
      inventory.hosts.map(\.name) == [
        "mail.example", "web01.example", "web02.example", "web03.example", "jump", "db-a", "db-b",
      ])
    let web = try #require(inventory.host("web02.example"))
    #expect(web.user == "ops" && web.become && web.port == nil)
    let jump = try #require(inventory.host("jump"))
    #expect(jump.destination == "10.0.0.9" && jump.port == Port(2222) && jump.privateKey == "~/.ssh/a key")
    #expect(jump.user == "root")
    let db = try #require(inventory.host("db-b"))
    #expect(db.port == Port(2200) && db.jump == "bastion" && db.become)
    #expect(try #require(inventory.host("mail.example")).become == false)
    #expect(inventory.hosts(inGroup: "client").count == 4)
    #expect(inventory.hosts(inGroup: "prod").count == 6)
    #expect(inventory.hosts(inGroup: "all").count == 7)
  }

  private static let yaml = """
    all:
      vars: { ansible_user: root, ansible_become_method: doas }
      hosts:
        lonely:
      children:
        client:
          hosts:
            web[1:2]: { ansible_port: 2222 }
          vars: { ansible_user: ops }
        server:
          hosts: { db1: { ansible_host: 10.0.0.2, ansible_connection: local } }
    """

  @Test func `the YAML form`() throws {
    let inventory = try Self.read(Self.yaml)
    #expect(inventory.hosts.map(\.name) == ["lonely", "web1", "web2", "db1"])
    #expect(inventory.hosts.map(\.user) == ["root", "ops", "ops", "root"])
    #expect(inventory.hosts.map(\.becomeMethod) == [.doas, .doas, .doas, .doas])
    #expect(inventory.hosts[1].port == Port(2222))
    #expect(inventory.hosts[3].destination == "localhost")
    #expect(inventory.hosts(inGroup: "client").map(\.name) == ["web1", "web2"])
  }

  @Test func `what ansible-inventory prints`() throws {
    let inventory = try Self.read(
      """
      {
          "_meta": { "hostvars": { "web1": { "ansible_host": "10.0.0.5", "ansible_port": 22, "ansible_become": true },
                                   "db1": { "ansible_user": "ops" } } },
          "all": { "children": ["client", "server", "ungrouped"] },
          "client": { "hosts": ["web1"] },
          "server": { "hosts": ["db1"] }
      }
      """)
    #expect(inventory.hosts.map(\.name) == ["web1", "db1"])
    #expect(inventory.hosts[0].destination == "10.0.0.5" && inventory.hosts[0].become)
    #expect(inventory.hosts[1].user == "ops")
    #expect(inventory.hosts(inGroup: "server").map(\.name) == ["db1"])
  }

  @Test(arguments: [
    ("n[1:3]", ["n1", "n2", "n3"]), ("n[08:10]x", ["n08x", "n09x", "n10x"]), ("n[0:10:5]", ["n0", "n5", "n10"]),
    ("[a:c]1", ["a1", "b1", "c1"]), ("r[1:2]n[a:b]", ["r1na", "r1nb", "r2na", "r2nb"]),
  ]) func ranges(_ pattern: String, _ names: [String]) throws {
    let inventory = try Self.read("[x]\nother\n[y]\n\(pattern)\n")
    #expect(inventory.hosts(inGroup: "y").map(\.name.text) == names)
  }

  @Test(arguments: [
    "n[3:1]", "n[1]", "n[1:2:0]", "n[a:9]", "n[1:99999999]", "n[1:9999]m[1:9999]", "n[-1:2]", "n[:]",
  ]) func `what is no range`(_ pattern: String) {
    let problems = Self.parse("[x]\n\(pattern)\n").problems.map(\.message)
    #expect(problems.first == "`\(pattern)` is no range of hosts")
  }

  @Test(arguments: [
    ("[a]\nx ansible_connection=docker\n", "hosts:2:1: error: host `x` is reached by `docker`, not by SSH"),
    ("[a]\nx ansible_host=\"{{ ip }}\"\n", "hosts:2:1: error: `ansible_host` is a template"),
    ("[a]\nx ansible_become_user=oracle\n", "hosts:2:1: error: `ansible_become_user` must be `root`"),
    ("[a]\nx ansible_become_method=su\n", "hosts:2:1: error: `ansible_become_method` takes `sudo` or `doas`, not `su`"),
    ("[a]\nx ansible_host=-oProxyCommand=x\n", "hosts:2:1: error: `ansible_host` takes one word"),
    ("[a]\nx ansible_port=http\n", "hosts:2:1: error: `ansible_port` takes a port"),
    ("[a]\n../x\n", "hosts:2:1: error: `../x` cannot name a host"),
    ("[a]\nx user\n", "hosts:2:1: error: `user` is no variable of `x`"),
    ("[a:what]\nx\n", "hosts:1:1: error: unknown kind of section `what`"),
    ("[a]\nx ansible_ssh_extra_args='-v'\n", "hosts:2:1: warning: `-v` of `ansible_ssh_extra_args` is not passed on"),
    ("[a]\nx ansible_become_pass=hunter2\n", "hosts:2:1: warning: a password stands in the inventory"),
    (
      "all:\n  hosts:\n    x: { ansible_become_pass: \"$ANSIBLE_VAULT;1.1;AES256 61\" }\n",
      "hosts:3:31: error: `ansible_become_pass` is in an Ansible vault"
    ),
    ("[a]\n", "hosts:1:1: error: the inventory names no host"),
    ("$ANSIBLE_VAULT;1.1;AES256\n6136\n", "hosts:1:1: error: this is an Ansible vault"),
  ]) func `each mistake has its words`(_ text: String, _ says: String) {
    let problems = Self.parse(text).problems.map(\.description)
    #expect(problems.count == 1 && problems[0].hasPrefix(says), "\(problems)")
  }

  @Test func `groups in a circle end`() throws {
    let inventory = try Self.read("[a]\nx\n[b]\ny\n[a:children]\nb\n[b:children]\na\n")
    #expect(inventory.hosts(inGroup: "a").map(\.name) == ["x", "y"])
  }

  @Test func `a password is not kept`() throws {
    let inventory = try Self.read("[a]\nx ansible_password=hunter2 ansible_become_pass=hunter3\n")
    #expect(inventory.hosts[0].password?.revealed == "hunter2")
    #expect(!inventory.redactedYAML().contains("hunter"))
    #expect(!"\(inventory)".contains("hunter"))
  }

  @Test func `any text ends in a value or a Problem`() {
    var state: UInt64 = 7
    let pieces = [
      "[", "]", ":", "a", "\n", " ", "ansible_host=", "'", "\"", "\\", "#", "children", "vars", "{", "}", "0", "-",
    ]
    for _ in 0..<2_000 {
      var text = "[g]\n"
      for _ in 0..<40 {
        state = state &* 6_364_136_223_846_793_005 &+ 1
        text += pieces[Int(state >> 33) % pieces.count]
      }
      let parsed = Self.parse(text)
      #expect(parsed.value != nil || !parsed.errors.isEmpty)
    }
  }
}

import CaseModel
import Playbooks
import Testing

struct InventoryLimitTests {
  private static let inventory = Inventory(
    hosts: ["web1", "web2", "web10", "db1"].map { Inventory.Host(name: $0, roles: []) },
    groups: [Inventory.Group(name: "front", hosts: ["web1", "web2"])])

  @Test(arguments: [
    ("web1", ["web1"]), ("web*", ["web1", "web2", "web10"]), ("web?", ["web1", "web2"]),
    ("front,db1", ["web1", "web2", "db1"]),
    ("!db1", ["web1", "web2", "web10"]), ("web*:!front", ["web10"]), ("*", ["web1", "web2", "web10", "db1"]),
  ])
  func takesWhatThePatternsName(limit: String, hosts: [String]) {
    #expect(Self.inventory.limited(to: limit).inventory?.hosts.map(\.name.text) == hosts)
  }

  @Test(arguments: [("nobody", "nobody"), ("web1,mail*", "mail*"), ("!nobody", "!nobody")])
  func saysWhatMatchesNothing(limit: String, pattern: String) {
    let limited = Self.inventory.limited(to: limit)
    #expect(limited.inventory == nil)
    #expect(limited.unmatched == pattern)
  }

  @Test func groupsShrinkAlong() {
    #expect(Self.inventory.limited(to: "web1").inventory?.groups.first?.hosts == ["web1"])
  }
}

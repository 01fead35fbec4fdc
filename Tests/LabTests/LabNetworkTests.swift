import Testing

@testable import Lab

@Suite
struct LabNetworkTests {
  @Test(arguments: [
    ("10.1.2.0/24", "10.1.2.128/25", true), ("10.1.2.0/24", "10.1.3.0/24", false), ("0.0.0.0/0", "10.1.3.4", true),
    ("172.16.0.4/30", "172.16.0.8/30", false), ("10.1.2.3", "10.1.2.3", true),
  ])
  func overlap(_ a: String, _ b: String, _ expected: Bool) throws {
    let (first, second) = (try #require(LabNetwork(a)), try #require(LabNetwork(b)))
    #expect(first.overlaps(second) == expected)
    #expect(second.overlaps(first) == expected)
  }

  @Test(arguments: ["default", "10.1.2", "10.1.2.300/24", "", "fe80::1"])
  func notANetwork(_ text: String) { #expect(LabNetwork(text) == nil) }

  @Test func addresses() throws {
    let network = try #require(LabNetwork("10.1.2.77/24"))
    #expect(network.description == "10.1.2.0/24")
    #expect(network.address(2) == "10.1.2.2")
  }
}

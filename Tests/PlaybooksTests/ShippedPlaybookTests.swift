import CaptureFilters
import Foundation
import Playbooks
import Testing

/// The playbooks at the root of the repository.
@Suite struct ShippedPlaybookTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Playbooks")

  static let names: [String] = {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    return (names ?? []).filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  static func parse(_ name: String, variables: [String: String] = [:]) throws -> Parsed<Playbook> {
    parsePlaybook(
      try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8), file: name, variables: variables,
      fillMissing: true, filterProblem: captureFilterProblem)
  }

  @Test func `there are playbooks`() { #expect(!Self.names.isEmpty) }

  @Test(arguments: names) func `a playbook has no Problem, not even a warning`(name: String) throws {
    let parsed = try Self.parse(name)
    #expect(parsed.problems.isEmpty)
    #expect(parsed.value != nil)
  }

  @Test(arguments: names) func `a playbook opens with when, needs and costs, and is in the index`(name: String) throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
    for word in ["# When ", "# Needs ", "# Costs "] { #expect(text.contains(word), "\(word)") }
    let index = try String(contentsOf: Self.folder.appendingPathComponent("README.md"), encoding: .utf8)
    #expect(index.contains("(\(name))"))
  }

  @Test func `reset-through-nat takes the backend's port along if there is one`() throws {
    let given = ["vip": "10.0.0.1", "port": "80", "wait": "6s"]
    let plain = try #require(try Self.parse("reset-through-nat.yaml", variables: given).value)
    #expect(plain.captures.map(\.filter.origin) == Array(repeating: .flow([Port(80)].compactMap { $0 }), count: 3))
    #expect(plain.wait == .seconds(6))
    #expect(plain.lookForTexts == ["service": "10.0.0.1"])
    let both = try #require(
      try Self.parse("reset-through-nat.yaml", variables: given.merging(["backend_port": "8080"]) { $1 }).value)
    #expect(
      both.captures.map(\.filter.origin) == Array(repeating: .flow([Port(80), Port(8080)].compactMap { $0 }), count: 3))
  }
}

import Foundation
import Playbooks
import Testing

/// The playbooks that people start from.
struct ShippedPlaybookTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Playbooks")

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  @Test func thereIsOneForEveryIncident() {
    #expect(
      Self.names.map { $0.dropLast(5) } == [
        "accept-queue", "disconnects", "idle-reset", "mtu-blackhole", "no-response", "overlay-loss",
        "reset-in-container", "reset-through-nat", "syn-unanswered", "what-is-wrong",
      ])
  }

  @Test(arguments: names) func nothingIsWrongWithIt(name: String) throws {
    let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
    let parsed = parsePlaybook(text, file: name, variables: [:], fillMissing: true, filterProblem: { _ in nil })
    #expect(parsed.problems.filter { $0.severity == .error }.isEmpty, "\(parsed.problems)")
    #expect(parsed.value?.variables.allSatisfy { $0.help?.isEmpty == false } == true, "every variable has its help")
  }

  /// What a reader needs before the first line of YAML.
  @Test(arguments: names) func itSaysWhenWhatAndAtWhichCost(name: String) throws {
    let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
    let head = text.prefix { $0 != "\n" } + text.split(separator: "\nname:")[0]
    for word in ["# When ", "# Looks ", "# Needs ", "# Costs ", "#   stakeout run Playbooks/\(name) -i inventory.yaml"]
    {
      #expect(head.contains(word), "\(word)")
    }
    let index = try String(contentsOf: Self.folder.appending(path: "README.md"), encoding: .utf8)
    #expect(index.contains("(\(name))"), "the index lists it")
  }
}

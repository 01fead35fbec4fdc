import CaseModel
import Foundation
import Lab
import Testing

@Suite
struct IncidentCatalogTests {
  private static let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    .standardized

  @Test("every file in Catalog/ has its line in the catalog")
  func complete() throws {
    let files = try FileManager.default.contentsOfDirectory(
      atPath: Self.package.appending(path: "Sources/Lab/Catalog").path)
    let types = Set(files.compactMap { $0.hasSuffix(".swift") ? String($0.dropLast(6)) : nil })
    let listed = Set(IncidentCatalog.all.map { "\(type(of: $0))" })
    for missing in types.subtracting(listed) { Issue.record("add `\(missing)()` to `IncidentCatalog.all`") }
    #expect(types == listed)
  }

  @Test("names are distinct, and fit for a command line")
  func names() {
    let names = IncidentCatalog.all.map(\.name)
    #expect(Set(names).count == names.count)
    for name in names { #expect(name.wholeMatch(of: /[a-z]+(-[a-z0-9]+)*/) != nil, "\(name)") }
  }

  @Test("every incident has its playbook", arguments: IncidentCatalog.all.map(\.playbook))
  func playbook(_ name: String) {
    #expect(FileManager.default.fileExists(atPath: Self.package.appending(path: "Playbooks/\(name).yaml").path))
  }

  @Test func named() {
    #expect(IncidentCatalog.named("reset-through-nat")?.expected.kind == .conntrackInvalidReset)
    #expect(IncidentCatalog.named("nothing") == nil)
  }
}

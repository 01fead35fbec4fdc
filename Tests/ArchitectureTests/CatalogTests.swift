import Testing

/// What lies in a `Catalog/` folder is in its catalog, and the other way round.
struct CatalogTests {
  @Test(arguments: [
    ("Checks", "CheckCatalog.swift"), ("Diagnoses", "DiagnosisCatalog.swift"), ("Lab", "IncidentCatalog.swift"),
  ])
  func everyFileOfACatalogHasItsLine(target: String, catalog: String) throws {
    let files = try SourceTree.files(of: target)
    let list = try #require(files.first { $0.name == catalog }?.text)
    let entries = files.filter { $0.isInCatalog && !$0.stem.contains("+") }
    #expect(!entries.isEmpty)
    for entry in entries { #expect(list.contains(entry.stem), "add `\(entry.stem)` to \(catalog)") }
  }

  @Test func everyTargetIsTested() throws {
    let manifest = try SourceTree.text("Package.swift")
    for target in try SourceTree.targets
    where !target.hasPrefix("C") || target.hasPrefix("Ca") || target == "Checks" || target == "Correlation" {
      let isTested =
        manifest.contains("\"\(target)Tests\"") || ["stakeout", "lab-peer", "CaptureFilters"].contains(target)
      #expect(isTested, "`\(target)` has no tests")
    }
  }
}

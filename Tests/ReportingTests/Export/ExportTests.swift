import CaseModel
import Diagnoses
import Evidence
import Foundation
import TestSupport
import Testing
import Wire

@testable import Reporting

struct ExportTests {
  @Test func hops() throws {
    let staged = try StagedCase()
    #expect(Golden("../Goldens/hops.ndjson").difference(from: try table(.hops, of: staged)) == nil)
  }

  /// So that many cases read as one table: every row of a table has the same columns, also where a name is hostile.
  @Test(arguments: ExportTable.allCases, ["", "\u{1b}[2J\n\",{}"])
  func everyRowHasTheSameColumns(kind: ExportTable, hostile: String) throws {
    let staged = try StagedCase(hostile: hostile)
    let rows = try table(kind, of: staged).split(separator: "\n")
    #expect(!rows.isEmpty)
    var columns: Set<String>?
    for row in rows {
      let object = try #require(try JSONSerialization.jsonObject(with: Data(row.utf8)) as? [String: Any])
      #expect(object["case_id"] as? String == "a case" + hostile)
      columns = columns ?? Set(object.keys)
      #expect(Set(object.keys) == columns)
    }
  }

  private func table(_ table: ExportTable, of staged: StagedCase) throws -> String {
    var sink = ByteArraySink()
    let name = String(staged.scene.evidence.manifest.id.text.dropFirst("20261121T051033Z-reset-through-nat".count))
    try table.write(
      CaseID("a case" + name), staged.judgement, staged.scene, staged.written, from: staged.pages, into: &sink)
    return String(decoding: sink.bytes, as: UTF8.self)
  }
}

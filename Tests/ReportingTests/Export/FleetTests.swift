import CaseModel
import Diagnoses
import Foundation
import TestSupport
import Testing
import Wire

@testable import Reporting

/// Many cases' exports read as one table, with the queries that the documentation prints.
struct FleetTests {
  private static let page = "\(Program.root)/Documentation/Tables.md"
  private static let python = "\(Program.root)/.build/python/bin/python"

  @Test func everyColumnIsDocumented() throws {
    let page = try String(contentsOfFile: Self.page, encoding: .utf8)
    let sample = try SampleCase.named("loss-gs-down")
    for table in ExportTable.allCases {
      let section = try #require(page.components(separatedBy: "### \(table.rawValue)\n").dropFirst().first)
      let rows = section.prefix(upTo: section.range(of: "\n###")?.lowerBound ?? section.endIndex)
        .split(separator: "\n").filter { $0.hasPrefix("| `") }
      let told = rows.flatMap { row in
        row.split(separator: "|")[0].matches(of: /`(\w+)`/).map { String($0.1) }
      }
      let line = try #require(try sample.rows(of: table).first)
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      #expect(Set(told) == Set(object.keys), "\(table)")
      #expect(told.count == object.count, "\(table) has a column twice")
    }
  }

  @Test func theDocumentedQueriesAnswer() throws {
    guard let python = try InstalledTool(path: Self.python) else { return }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-fleet-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for name in SampleCase.incidents {
      let sample = try SampleCase.named(name)
      try FileManager.default.createDirectory(atPath: "\(folder)/tables/\(name)", withIntermediateDirectories: true)
      for table in ExportTable.allCases {
        let text = try sample.rows(of: table).map { $0 + "\n" }.joined()
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/tables/\(name)/\(table.rawValue).ndjson"))
      }
    }
    let page = try String(contentsOfFile: Self.page, encoding: .utf8)
    let queries = page.components(separatedBy: "```sql\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
    #expect(queries.count == 4)
    let answers = try queries.map { try answer($0, python, in: folder) }
    for (query, rows) in zip(queries, answers) { #expect(!rows.isEmpty, "no row: \(query)") }
    // What the page prints as the answer is the answer.
    let printed = page.components(separatedBy: "```sql\n")[1].split(separator: "\n").filter { $0.hasPrefix("| ") }
      .dropFirst().map { row in row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
    #expect(answers[0] == Array(printed))
    #expect(answers[0].contains { $0.starts(with: ["packet-loss", "s", "g", "1"]) })
    #expect(answers[0].contains { $0.starts(with: ["mtu-blackhole", "n2", "n1", "2"]) })
  }

  /// Cells as text, null as nothing.
  private func answer(_ query: String, _ python: InstalledTool, in folder: String) throws -> [[String]] {
    let script = """
      import duckdb, json, os, sys
      os.chdir(sys.argv[1])
      rows = duckdb.sql("select columns(*)::varchar from (" + sys.argv[2] + ")").fetchall()
      print(json.dumps([["" if cell is None else str(cell) for cell in row] for row in rows]))
      """
    let text = try python.output(["-c", script, folder, query])
    return try JSONDecoder().decode([[String]].self, from: Data(text.utf8))
  }
}

extension SampleCase {
  /// The case's part of a table, a line each.
  func rows(of table: ExportTable) throws -> [String] {
    var sink = ByteArraySink()
    try table.write(CaseID(name), judgement, scene, written, from: pages, into: &sink)
    return String(decoding: sink.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}

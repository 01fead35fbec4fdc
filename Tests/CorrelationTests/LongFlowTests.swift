import CaseModel
import TestSupport
import Testing
import Wire

@testable import Correlation

/// Of a flow too long for memory the records stay in the spool, and are matched in stretches.
struct LongFlowTests {
  private static let script =
    ["vantage client has C", "vantage server has S clock 2.5", "address C 10.1.0.2:40000", "address S 10.2.0.9:80"]
    .joined(separator: "\n")

  /// Data with its acknowledgments, some of it sent more than once, some of it lost.
  private static func lines(_ count: Int) -> String {
    var lines = [
      script, "client server packet", "0.000 0.005 C:2000 > S [S] seq 0 win 500",
      "0.015 0.010 S > C:2000 [S.] seq 0 ack 1", "0.016 0.021 C:2000 > S [.] ack 1",
    ]
    for number in 0..<count {
      let (sent, start) = (20 + number * 4, 1 + number * 100)
      func at(_ milliseconds: Int) -> String {
        "\(milliseconds / 1_000).\(String(milliseconds % 1_000 + 1_000).dropFirst())"
      }
      let data = "C:2000 > S [P.] \(start):\(start + 100) ack 1"
      if number % 17 == 3 {
        lines.append("\(at(sent)) - \(data)")
        lines.append("\(at(sent + 1)) \(at(sent + 6)) \(data)")
      } else {
        lines.append("\(at(sent)) \(at(sent + 5)) \(data)")
      }
      lines.append("\(at(sent + 12)) \(at(sent + 7)) S > C:2000 [.] ack \(number % 5 == 0 ? start : start + 100)")
    }
    return lines.joined(separator: "\n")
  }

  private struct Outcome: Equatable {
    let ties: [String]
    let unsettled: [[Int32]]
    let rest: [Int32]

    init(_ up: Records, _ down: Records, fromOpener: Bool, atOnce most: Int) {
      func indices(_ records: Records) -> [Int32] {
        records.indices.filter { records[$0].isFromOpener == fromOpener }.map(Int32.init)
      }
      let match = SpotMatch(up, indices(up), down, indices(down), atOnce: most)
      ties = match.ties.sorted { $0.down < $1.down }.map { "\($0.down) \($0.up) \($0.match)" }
      unsettled = match.unsettled.map { $0.ups + [-1] + $0.downs }.sorted { $0.lexicographicallyPrecedes($1) }
      rest = match.rest
    }
  }

  @Test func `stretches of the sequence space match what the whole of it does`() throws {
    let story = try ScriptedCase(Self.lines(1_500)).timeline.story(0)
    let (client, server) = (story.tracks[0].records, story.tracks[1].records)
    for (up, down, fromOpener) in [(client, server, true), (server, client, false)] {
      let whole = Outcome(up, down, fromOpener: fromOpener, atOnce: .max)
      #expect(whole.ties.count > 1_000)
      for most in [2, 64, 1_000] {
        #expect(Outcome(up, down, fromOpener: fromOpener, atOnce: most) == whole, "\(most) at once")
      }
    }
  }

  @Test func `records in a spool are those that were put there, under the names that they were given`() throws {
    let records = try ScriptedCase(Self.lines(300)).timeline.story(0).tracks[0].records
    let file = MemorySpool().makeFile()
    _ = try file.append(Array(records))
    let long = Records(try LongColumn(file, count: records.count))
    #expect(long.map(\.frame) == records.map(\.frame))
    #expect(long.reversed().map(\.position) == records.reversed().map(\.position))
    let renamed = (long.renamed([(7, 3)]), records.renamed([(7, 3)]))
    #expect(renamed.0.map(\.alias) == renamed.1.map(\.alias))
    #expect(renamed.0[7].alias == 3)
  }
}

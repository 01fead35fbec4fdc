import CaseModel
import Testing
import Wire

@testable import Correlation

/// More flows than are worked on at once.
struct BatchTests {
  @Test func `batches are cut by records, in order, and leave no flow out`() {
    let batches = FlowBatches(records: (0..<5_000).map { $0 % 40 })
    #expect(batches.count > 1)
    #expect(batches.ranges.flatMap { Array($0) } == Array(0..<5_000))
    for (flow, batch) in batches.batchOf.enumerated() { #expect(batches.ranges[Int(batch)].contains(flow)) }
    #expect(FlowBatches(records: []).count == 0)
  }

  /// Short exchanges from many ports, each seen by the client and by the server.
  private static func script(flows: Int) -> String {
    var lines = [
      "vantage client has C", "vantage server has S clock 2.5", "address C 10.1.0.2:40000", "address S 10.2.0.9:80",
      "client server packet",
    ]
    for flow in 0..<flows {
      let (client, start) = ("C:\(2_000 + flow)", 100 * flow)
      func at(_ milliseconds: Int) -> String {
        "\((start + milliseconds) / 1_000).\(1_000 + (start + milliseconds) % 1_000)".replacing(
          ".1", with: ".", maxReplacements: 1)
      }
      lines += [
        "\(at(0)) \(at(5)) \(client) > S [S] seq \(flow * 7_000) win 500",
        "\(at(15)) \(at(10)) S > \(client) [S.] seq \(flow * 9_000) ack \(flow * 7_000 + 1)",
        "\(at(16)) \(at(21)) \(client) > S [P.] \(flow * 7_000 + 1):\(flow * 7_000 + 101) ack \(flow * 9_000 + 1)",
      ]
    }
    return lines.joined(separator: "\n")
  }

  @Test func `every flow of several batches is told as it was`() throws {
    let timeline = try ScriptedCase(Self.script(flows: 600), workers: BackwardWorkers()).timeline
    let stories = try timeline.eachStory(BackwardWorkers()) { $0 }
    #expect(stories.count == 600)
    for (number, story) in stories.enumerated() {
      #expect(story.flow.name.text == "flow-\(number + 1)")
      #expect(story.flow.aliases.map(\.opener.port) == [UInt16(2_000 + number), UInt16(2_000 + number)])
      #expect(story.tracks.map(\.records.count) == [3, 3])
      #expect(story.tracks[1].upstream.map(\.match) == [.unique, .none, .unique])
      #expect(story.tracks[0].upstream.map(\.match) == [.none, .unique, .none])
    }
    #expect(try timeline.story(599).tracks[1].records.map(\.frame) == stories[599].tracks[1].records.map(\.frame))
  }
}

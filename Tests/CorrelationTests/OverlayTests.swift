import Alignment
import CaseModel
import Correlation
import Evidence
import TestSupport
import Testing
import Wire

/// A real incident: two containers on two nodes talk through VXLAN (port 8472), the second node's clock 0.8 s ahead and gaining 50 ppm.
/// A hop between the nodes carries no more than 1,400 bytes, and what would tell so is filtered.
struct OverlayTests {
  private static let names = ["ctA", "n1", "n2", "ctB"]

  private static func timeline() throws -> Timeline {
    let captures = try names.map { name in
      Capture(
        record: CaptureRecord(vantage: VantageName(name), files: ["\(name).pcap"], host: HostName(name)),
        files: [CaptureFile(cited: "\(name).pcap", source: try fixture("Fixtures/mtu-vxlan/\(name).pcap", in: .module))]
      )
    }
    let manifest = Manifest(id: "practice", tool: "test", state: .complete)
    return try correlate(
      CaseEvidence(manifest: manifest, captures: captures), workers: InlineWorkers(), spool: MemorySpool())
  }

  @Test func `every clock is found, inside its bound`() throws {
    let timeline = try Self.timeline()
    #expect(timeline.doubts.isEmpty)
    for (vantage, truth) in zip(timeline.vantages, [0, 0, -800_000_000.0, -800_000_000]) {
      let clock = try #require(vantage.clock)
      let first = try #require(vantage.health.first)
      let offset = Double(clock.caseTime(first).nanoseconds - first.nanoseconds)
      // The truth itself is good to 50 us: when the case's first packet was is not told.
      #expect(abs(offset - truth) <= clock.worstBound + 50_000)
      #expect(clock.worstBound < 30_000)
    }
  }

  @Test func `connections go from container to container through both nodes`() throws {
    let timeline = try Self.timeline()
    let connections = timeline.flows.indices.filter { timeline.flows[$0].isConnection }
    #expect(connections.count == 3)
    for number in connections {
      let paths = try timeline.story(number).paths
      #expect(paths.fromOpener.map { Self.names[$0.vantage] } == ["ctA", "n1", "n2", "ctB"])
      #expect(paths.fromAcceptor.map { Self.names[$0.vantage] } == ["ctB", "n2", "n1", "ctA"])
      #expect(paths.fromOpener.map(\.isInTunnel) == [false, true, true, false])
    }
    #expect(timeline.flows.count(where: \.isTunnel) == 1)
  }

  @Test func `large segments leave the second node and are lost`() throws {
    let timeline = try Self.timeline()
    let (n2, ctB) = (2, 3)
    var fates: [Fate] = []
    for number in timeline.flows.indices where timeline.flows[number].isConnection {
      let story = try timeline.story(number)
      for (record, fate) in zip(story.tracks[ctB].records, story.tracks[ctB].fates) where record.length > 1_300 {
        #expect(fate == .delivered)
      }
      fates += zip(story.tracks[n2].records, story.tracks[n2].fates).filter { $0.0.length > 1_300 }.map(\.1)
    }
    // The last one was sent as the first node's capture ended.
    #expect(fates == [Fate](repeating: .lost, count: 29) + [.unknown])
  }
}

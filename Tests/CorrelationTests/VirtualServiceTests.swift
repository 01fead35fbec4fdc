import Alignment
import CaseModel
import Correlation
import Evidence
import TestSupport
import Testing
import Wire

/// A real incident: a client talks to a virtual service address that a gateway (Linux 5.10, its clock 158.7 ms behind) translates
/// to the backend's; a late duplicate of the backend's passes untranslated, and the client's reset kills the connection.
struct VirtualServiceTests {
  private static func timeline(workers: some Workers = InlineWorkers()) throws -> Timeline {
    let captures = try ["c", "g", "s"].map { name in
      Capture(
        record: CaptureRecord(vantage: VantageName(name), files: ["\(name).pcap"], host: HostName(name)),
        files: [
          CaptureFile(cited: "\(name).pcap", source: try fixture("Fixtures/ctinv-vip-dnat/\(name).pcap", in: .module))
        ])
    }
    let manifest = Manifest(id: "practice", tool: "test", state: .complete)
    return try correlate(CaseEvidence(manifest: manifest, captures: captures), workers: workers, spool: MemorySpool())
  }

  private func place(_ story: FlowStory, _ vantage: Int, frame: UInt32) throws -> RecordReference {
    let index = try #require(story.tracks[vantage].records.firstIndex { $0.frame == frame })
    return RecordReference(vantage: vantage, index: index)
  }

  private func nature(_ story: FlowStory, _ at: RecordReference) -> Alias.Nature {
    story.flow.aliases[Int(story[at].alias)].nature
  }

  @Test func `the gateway's clock is found to a millisecond, and inside its bound`() throws {
    let timeline = try Self.timeline()
    #expect(timeline.reference == 0)
    let truth = [0, 158_715_000.0, 0]
    for (vantage, truth) in zip(timeline.vantages, truth) {
      let clock = try #require(vantage.clock)
      for instant in [vantage.health.first, vantage.health.last].compactMap(\.self) {
        let offset = Double(clock.caseTime(instant).nanoseconds - instant.nanoseconds)
        #expect(abs(offset - truth) < 1_000_000)
        // The truth itself is good to 0.3 ms.
        #expect(abs(offset - truth) <= clock.worstBound + 300_000)
      }
    }
  }

  @Test func `it is one flow under its names`() throws {
    let timeline = try Self.timeline()
    #expect(timeline.flows.count == 1)
    let flow = try #require(timeline.flows.first)
    #expect(flow.records == 1_218 + 2_436 + 1_217)
    let regular = flow.aliases.filter { $0.nature == .regular }.map { "\($0.vantage) \($0.opener) > \($0.acceptor)" }
    #expect(
      regular == [
        "0 10.148.74.37:53664 > 192.168.107.214:15010", "1 10.148.74.37:53664 > 192.168.107.214:15010",
        "1 10.148.74.37:53664 > 10.148.90.34:15010", "2 10.148.74.37:53664 > 10.148.90.34:15010",
      ])
  }

  @Test func `the untranslated segment and its reset are strays of that flow`() throws {
    let story = try Self.timeline().story(0)
    let (c, g, s) = (0, 1, 2)
    let arrives = try place(story, g, frame: 2_429)
    let leaves = try place(story, g, frame: 2_430)
    let atClient = try place(story, c, frame: 1_215)
    let reset = try place(story, c, frame: 1_216)
    let resetAtServer = try place(story, s, frame: 1_215)
    #expect(nature(story, arrives) == .regular)
    for stray in [leaves, atClient, reset] { #expect(nature(story, stray) == .stray) }
    #expect(nature(story, resetAtServer) == .regular)
    #expect(story[arrives].position == story[atClient].position)
    #expect(story.tracks[c].upstream[atClient.index].to == leaves)
    #expect(story.tracks[g].upstream[leaves.index].to == arrives)
    // The reset, back along its way.
    var at = resetAtServer
    var way = [at]
    while let before = story.tracks[at.vantage].upstream[at.index].to {
      at = before
      way.append(at)
    }
    #expect(way.map { story[$0].frame } == [1_215, 2_432, 2_431, 1_216])
    #expect(way.allSatisfy { story[$0].flags.contains(.rst) })
  }

  @Test func `the late duplicate came before: its original is known`() throws {
    let story = try Self.timeline().story(0)
    let late = try place(story, 1, frame: 2_429)
    let original = try #require(story.tracks[1].upstream[late.index].to)
    #expect(original.vantage == 2)
    #expect(story[original].sequence == story[late].sequence)
    let highest = story.tracks[1].records[..<late.index].filter { !$0.isFromOpener }.map {
      $0.position + $0.sequenceLength
    }.max()
    #expect(try #require(highest) - story[late].position == 1_244_108 - 1)
  }

  @Test func `the number of workers does not show`() throws {
    let (one, other) = (try Self.timeline(), try Self.timeline(workers: BackwardWorkers()))
    #expect(one.vantages.map(\.clock) == other.vantages.map(\.clock))
    #expect(one.flows.map(\.aliases) == other.flows.map(\.aliases))
    for flow in one.flows.indices {
      let (a, b) = (try one.story(flow), try other.story(flow))
      #expect(a.paths.fromOpener == b.paths.fromOpener)
      for (x, y) in zip(a.tracks, b.tracks) {
        #expect(x.upstream == y.upstream)
        #expect(x.fates == y.fates)
        #expect(x.times == y.times)
        #expect(x.records.map(\.frame) == y.records.map(\.frame))
      }
    }
  }
}

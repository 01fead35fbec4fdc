import Alignment
import CaseModel
import Correlation
import Evidence
import TestSupport
import Wire

/// A case made of one packet script: every vantage of it is a host of its own, unless told otherwise.
struct ScriptedCase {
  let script: PacketScript
  let timeline: Timeline

  init(
    _ text: String, hosts: [String: HostName] = [:], clocks: [HostName: ClockLog] = [:], reference: VantageName? = nil,
    roles: [String: RoleName] = [:], drops: [String: Int] = [:],
    ended: [String: (by: String, at: HostTime)] = [:], readouts: [Readout] = [],
    workers: some Workers = InlineWorkers()
  ) throws {
    script = try PacketScript(text)
    var manifest = Manifest(id: "scripted", tool: "test", state: .complete)
    manifest.reference = reference
    let captures = script.vantages.map { [script] name in
      Capture(
        record: CaptureRecord(
          vantage: VantageName(name), files: ["\(name).pcap"], host: hosts[name] ?? HostName(name), drops: drops[name],
          endedBy: ended[name]?.by, ended: ended[name]?.at, roles: roles[name].map { [$0] } ?? []),
        files: [CaptureFile(cited: "\(name).pcap", source: script.source(name))])
    }
    timeline = try correlate(
      CaseEvidence(manifest: manifest, captures: captures, readouts: readouts, clocks: clocks), workers: workers,
      spool: MemorySpool())
  }

  func vantage(_ name: String) -> Int { timeline.vantages.firstIndex { $0.name.text == name } ?? -1 }

  /// Where a labelled packet is in the story that holds it, at `client` or `gateway@eth0`.
  func find(_ label: String, at place: String) -> (story: FlowStory, at: RecordReference)? {
    let vantage = vantage(String(place.prefix { $0 != "@" }))
    guard vantage >= 0, let frame = script.frame(label, at: place) else { return nil }
    for flow in timeline.flows.indices {
      guard let story = try? timeline.story(flow) else { continue }
      if let index = story.tracks[vantage].records.firstIndex(where: { $0.frame == frame }) {
        return (story, RecordReference(vantage: vantage, index: index))
      }
    }
    return nil
  }

  func fate(_ label: String, at place: String) -> Fate? {
    find(label, at: place).map { $0.story.tracks[$0.at.vantage].fates[$0.at.index] }
  }

  func link(_ label: String, at place: String) -> Link? {
    find(label, at: place).map { $0.story.tracks[$0.at.vantage].upstream[$0.at.index] }
  }

  /// The link that a labelled packet should have to another sighting.
  func link(to label: String, at place: String, _ match: MatchClass) -> Link {
    Link(to: find(label, at: place)?.at, match: match)
  }

  func alias(_ label: String, at place: String) -> Alias? {
    find(label, at: place).map { $0.story.flow.aliases[Int($0.story[$0.at].alias)] }
  }

  func flow(_ label: String, at place: String) -> FlowName? { find(label, at: place)?.story.flow.name }

  /// `client gateway< gateway> server`.
  func path(_ flow: Int, fromOpener: Bool) -> String {
    (try? timeline.story(flow))?.paths[fromOpener].map { place in
      let way = place.direction == .inbound ? "<" : place.direction == .outbound ? ">" : ""
      return timeline.vantages[place.vantage].name.text + way
    }.joined(separator: " ") ?? "no story"
  }
}

/// Does the last first: whatever depends on the order of work shows.
struct BackwardWorkers: Workers {
  func each<R: Sendable>(_ count: Int, _ body: @Sendable (Int) throws -> R) throws -> [R] {
    try (0..<count).reversed().map(body).reversed()
  }
}

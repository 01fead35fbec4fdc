internal import CaseModel
internal import Correlation
internal import Wire

/// When a port that refused connections took others, as one vantage shows it.
struct PortService {
  /// Connections that were taken before the first refusal, between refusals, and after the last one.
  private(set) var before = 0
  private(set) var between = 0
  private(set) var after = 0
  /// Nanoseconds from the first refusal to the first connection that was taken after the last one.
  private(set) var outage: Int64?
  /// Hop counts of its refusals, and of its SYN-ACKs.
  private(set) var refusing: Set<UInt8> = []
  private(set) var taking: Set<UInt8> = []
  /// SYN and ACK for those nearest in time to the refusals.
  private(set) var citations: [Citation] = []

  /// Flows that are asked.
  private static let most = 256
  private static let reach: Int64 = 600_000_000_000

  private struct Sight {
    var time: Int64
    var hops: UInt8
    var isRefusal: Bool
    var citation: Citation?
  }

  /// - Parameter refused: flows that were refused there.
  init(_ servers: Set<Endpoint>, refused: [Int], at vantage: Int, _ scene: Scene) {
    let own = Self.sights(Self.some(refused), servers, vantage, scene).filter(\.isRefusal)
    guard let first = own.map(\.time).min(), let last = own.map(\.time).max() else { return }
    refusing = Set(own.map(\.hops))
    let others = Self.sights(Self.others(servers, refused, vantage, scene), servers, vantage, scene)
      .filter { !$0.isRefusal }.sorted { $0.time < $1.time }
    taking = Set(others.map(\.hops))
    let (earlier, later) = (others.filter { $0.time < first }, others.filter { $0.time > last })
    (before, after) = (earlier.count, later.count)
    between = others.count - before - after
    outage = later.first.map { $0.time &- first }
    let middle = others.first { $0.time >= first && $0.time <= last }
    citations = [earlier.last, middle, later.first].compactMap { $0?.citation }
  }

  /// Spread over all of them where they are very many.
  private static func some(_ flows: [Int]) -> [Int] {
    guard flows.count > most else { return flows }
    return (0..<most).map { flows[$0 * flows.count / most] }
  }

  private static func others(_ servers: Set<Endpoint>, _ refused: [Int], _ vantage: Int, _ scene: Scene) -> [Int] {
    let flows = scene.timeline.flows
    let own = Set(refused)
    guard let start = refused.first.flatMap({ flows[$0].first }), let end = refused.last.flatMap({ flows[$0].first })
    else { return [] }
    return some(
      flows.indices.filter { index in
        let flow = flows[index]
        guard flow.transport == 6, flow.sawOpening, !own.contains(index) else { return false }
        if let first = flow.first, start.since(first) > reach || first.since(end) > reach { return false }
        return flow.aliases.contains { $0.vantage == vantage && servers.contains($0.acceptor) }
      })
  }

  private static func sights(
    _ flows: [Int], _ servers: Set<Endpoint>, _ vantage: Int, _ scene: Scene
  ) -> [Sight] {
    let read = try? scene.timeline.eachStory(of: flows) { story -> Sight? in
      let (records, aliases) = (story.tracks[vantage].records, story.flow.aliases)
      let answer = records.firstIndex { record in
        !record.isFromOpener && record.isSegment && !record.flags.isDisjoint(with: [.syn, .rst])
          && aliases.indices.contains(Int(record.alias)) && servers.contains(aliases[Int(record.alias)].acceptor)
      }
      guard let answer else { return nil }
      let record = records[answer]
      let isRefusal = record.flags.contains(.rst)
      let frames = FrameCitations(story, scene)
      let reference = RecordReference(vantage: vantage, index: answer)
      return Sight(
        time: record.time, hops: record.timeToLive, isRefusal: isRefusal,
        citation: isRefusal ? nil : frames.cite(reference, "\(frames.source(reference)) takes another connection"))
    }
    return (read ?? []).compactMap(\.result)
  }
}

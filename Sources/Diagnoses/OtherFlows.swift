internal import CaseModel
internal import Correlation
internal import Wire

/// Other connections between the same hosts over the same hop: do packets pass there that should not?
struct OtherFlows {
  /// Payload bytes of the largest packet that passed, 0 where none did.
  let largestPassed: Int64

  /// Each is read from its records again: a few of them tell.
  private static let most = 16

  init(_ flows: [Int], _ location: Location, _ scene: Scene) {
    let timeline = scene.timeline
    guard let near = timeline.vantages.firstIndex(where: { $0.name == location.from }),
      let far = timeline.vantages.firstIndex(where: { $0.name == location.to }), near != far
    else {
      largestPassed = 0
      return
    }
    let own = Set(flows)
    let pairs = Set(flows.flatMap { Self.pairs(timeline.flows[$0], near) })
    let others = timeline.flows.indices.lazy.filter { index in
      let flow = timeline.flows[index]
      return !own.contains(index) && flow.transport == 6 && !pairs.isDisjoint(with: Self.pairs(flow, near))
    }
    largestPassed =
      others.prefix(Self.most).compactMap { try? timeline.story($0) }.map { story in
        Self.largest(story, near: near, far: far, pairs)
      }.max() ?? 0
  }

  /// A hop of a direction: who sends to whom.
  private struct HostPair: Hashable {
    let one: IPAddress
    let other: IPAddress
  }

  private static func pairs(_ flow: Flow, _ vantage: Int) -> [HostPair] {
    flow.aliases.filter { $0.vantage == vantage && $0.nature == .regular }.flatMap {
      [HostPair(one: $0.opener.address, other: $0.acceptor.address)]
    }
  }

  private static func largest(_ story: FlowStory, near: Int, far: Int, _ pairs: Set<HostPair>) -> Int64 {
    let places = PathPlaces(story)
    return Hop.all(story).filter { $0.near.vantage == near && $0.far?.vantage == far }.flatMap { hop in
      HopCrossings(hop, story, places).all.filter { $0.outcome == .passed }.map(\.size)
    }.max() ?? 0
  }
}

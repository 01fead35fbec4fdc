internal import CaseModel
internal import Correlation
internal import Wire

/// Other connections between the same hosts over the same hop: do packets pass there that should not?
struct OtherFlows {
  /// Payload bytes of the largest packet that passed, 0 where none did; and its frame.
  private(set) var largestPassed: Int64 = 0
  private(set) var citation: Citation?

  /// Each is read from its records again: a few of them tell.
  private static let most = 16

  /// - Parameter fromOpener: the direction that loses them.
  init(_ flows: [Int], _ location: Location, fromOpener: Bool, _ scene: Scene) {
    let timeline = scene.timeline
    guard let near = timeline.vantages.firstIndex(where: { $0.name == location.from }) else { return }
    let far = timeline.vantages.firstIndex { $0.name == location.to }
    let own = Set(flows)
    let pairs = Set(flows.flatMap { Self.pairs(timeline.flows[$0], near) })
    let others = timeline.flows.indices.lazy.filter { index in
      let flow = timeline.flows[index]
      return !own.contains(index) && flow.transport == 6 && !pairs.isDisjoint(with: Self.pairs(flow, near))
    }
    for story in others.prefix(Self.most).compactMap({ try? timeline.story($0) }) {
      guard let largest = Self.largest(story, near: near, far: far, fromOpener), largest.size > largestPassed else {
        continue
      }
      largestPassed = largest.size
      citation = FrameCitations(story, scene).cite(
        largest.at,
        "on another connection between the same hosts \(Wording.count(Int(largest.size), "byte")) of payload pass")
    }
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

  /// Past the last capture the receiver's acknowledgments tell what passed.
  private static func largest(_ story: FlowStory, near: Int, far: Int?, _ fromOpener: Bool) -> Crossing? {
    let places = PathPlaces(story)
    // From one interface of a host to another its two directions are two hops.
    let hops = Hop.all(story).filter {
      $0.near.vantage == near && $0.far?.vantage == far && (near != far || $0.fromOpener == fromOpener)
    }
    return hops.flatMap { hop in
      let crossings = HopCrossings(hop, story, places)
      guard far == nil else { return crossings.all.filter { $0.outcome == .passed } }
      // Into which packets a card cut what is captured before it only the receiver's offer tells.
      return crossings.limit == nil
        ? [] : crossings.judgedByAcknowledgments(story).all.filter { $0.outcome == .passed }
    }.max { ($0.size, $1.at) < ($1.size, $0.at) }
  }
}

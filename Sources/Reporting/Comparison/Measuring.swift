public import CaseModel
public import Correlation
public import Diagnoses
internal import Evidence

/// A case in the numbers that another case of the same hosts can be set beside. Visits every story once.
///
/// - Throws: what the spool throws.
public func caseMeasures(
  _ judgement: Judgement, _ scene: Scene, workers: some Workers
) throws -> CaseMeasures {
  let timeline = scene.timeline
  let traffic = try TrafficMeasures(timeline, workers)
  let causes = judgement.verdict == .rootCause ? judgement.rootCauses.map(\.finding) : []
  return CaseMeasures(
    id: scene.evidence.manifest.id, playbook: scene.evidence.manifest.playbook, verdict: judgement.verdict,
    causes: causes.filter { $0.certainty > .possible }.map {
      CaseMeasures.Cause(kind: $0.kind, certainty: $0.certainty, location: $0.location)
    }, flows: judgement.impact.flows, affected: judgement.impact.affected, seconds: length(timeline),
    fromOpeners: traffic.fromOpeners, fromAcceptors: traffic.fromAcceptors, hops: traffic.hops,
    probes: probeMeasures(scene.evidence.events),
    counters: scene.evidence.readTwice().filter { TroubleCounter.isOne($0.name) }.map { counter in
      let (change, overflow) = counter.after.subtractingReportingOverflow(counter.before)
      return CaseMeasures.Counter(
        host: counter.host, namespace: counter.namespace, name: counter.name, change: overflow ? 0 : change)
    },
    settings: scene.evidence.settings().map {
      CaseMeasures.Setting(host: $0.host, namespace: $0.namespace, name: $0.name, value: $0.value)
    })
}

/// Seconds from the first packet to the last.
private func length(_ timeline: Timeline) -> Double? {
  guard let start = timeline.t0, let end = timeline.flows.lazy.compactMap(\.last).max() else { return nil }
  return Double(end.nanoseconds &- start.nanoseconds) / 1e9
}

/// What all connections together sent, sent again and lost.
private struct TrafficMeasures {
  var fromOpeners = CaseMeasures.Sending()
  var fromAcceptors = CaseMeasures.Sending()
  private(set) var hops: [CaseMeasures.Hop] = []

  private struct Way: Hashable, Comparable {
    var from: Int
    var to: Int

    static func < (a: Self, b: Self) -> Bool { (a.from, a.to) < (b.from, b.to) }
  }

  private struct FlowTraffic: Sendable {
    var sent: DirectionPair<CaseMeasures.Sending>
    var hops: [(way: Way, delivered: Int, lost: Int)]
  }

  init(_ timeline: Timeline, _ workers: some Workers) throws {
    let each = try timeline.eachStory(workers) { Self.traffic(of: $0, timeline.vantages) }
    var totals: [Way: (delivered: Int, lost: Int)] = [:]
    for flow in each {
      guard let flow else { continue }
      fromOpeners.add(flow.sent.fromOpener)
      fromAcceptors.add(flow.sent.fromAcceptor)
      for hop in flow.hops {
        totals[hop.way, default: (0, 0)].delivered += hop.delivered
        totals[hop.way, default: (0, 0)].lost += hop.lost
      }
    }
    hops = totals.sorted { $0.key < $1.key }.map { way, total in
      CaseMeasures.Hop(
        from: timeline.vantages[way.from].name, to: timeline.vantages[way.to].name, delivered: total.delivered,
        lost: total.lost)
    }
  }

  /// nil for what is no connection.
  private static func traffic(of story: FlowStory, _ vantages: [Vantage]) -> FlowTraffic? {
    guard story.flow.isConnection else { return nil }
    let paths = FlowSummary(story, vantages).paths
    let isTCP = story.flow.transport == 6
    func sent(_ path: [PlaceSummary]) -> CaseMeasures.Sending {
      guard isTCP, let first = path.first else { return CaseMeasures.Sending() }
      return CaseMeasures.Sending(segments: first.frames, retransmissions: first.again + first.replacements)
    }
    let hops = [paths.fromOpener, paths.fromAcceptor].flatMap { path in
      zip(path, path.dropFirst()).filter { $0.place.vantage != $1.place.vantage }.map { here, next in
        (Way(from: here.place.vantage, to: next.place.vantage), here.delivered, here.lost)
      }
    }
    return FlowTraffic(
      sent: DirectionPair(fromOpener: sent(paths.fromOpener), fromAcceptor: sent(paths.fromAcceptor)),
      hops: hops.map { (way: $0.0, delivered: $0.1, lost: $0.2) })
  }
}

extension CaseMeasures.Sending {
  fileprivate mutating func add(_ other: Self) {
    segments += other.segments
    retransmissions += other.retransmissions
  }
}

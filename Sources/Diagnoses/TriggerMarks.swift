internal import Alignment
internal import CaseModel
internal import Correlation
internal import Evidence
internal import Wire

/// How one flow came to an end, as far as it was seen.
struct FlowEnding: Sendable {
  /// The first RST, on the case's time line.
  var reset: CaseTime?
  var first: CaseTime?
  var last: CaseTime?
  /// Vantages that saw it.
  var vantages: [Int]

  init(_ story: FlowStory) {
    first = story.flow.first
    last = story.flow.last
    vantages = story.tracks.indices.filter { !story.tracks[$0].records.isEmpty }
    for track in story.tracks {
      guard let index = track.records.firstIndex(where: { $0.flags.contains(.rst) && !$0.bits.contains(.icmpError) }),
        let time = track.times[index]
      else { continue }
      reset = min(reset ?? time, time)
    }
  }
}

/// The flows that the trigger marks as bad: a trigger defines the fault.
///
/// An application tells of a broken connection when it next touches it, so the flow in question was alive shortly before, on the
/// trigger's host. Of those flows the ones that were reset by then are meant; where none was, all of them may be.
struct TriggerMarks {
  /// How long before the trigger a flow may have ended.
  private static let patience: Int64 = 30_000_000_000
  /// How long after the trigger's instant its cause may seem to lie: an application's log is stamped when it is written.
  private static let slack: Int64 = 1_000_000_000

  /// The trigger names a fault, and it fired.
  let namesFault: Bool
  /// A fault was waited for and did not come.
  let didNotOccur: Bool
  let at: CaseTime?
  /// Ascending.
  let flows: [Int]
  private let record: TriggerRecord

  init(_ scene: Scene, endings: [FlowEnding]) {
    record = scene.evidence.manifest.trigger
    let faults: [TriggerRecord.Kind] = [.log, .probeFails, .packet, .counter, .operator]
    namesFault = record.occurred && faults.contains(record.kind)
    didNotOccur = record.kind == .duration && !record.occurred
    at = Self.instant(record, scene)
    flows = namesFault ? Self.marked(record, at, scene, endings) : []
  }

  func document(_ scene: Scene) -> FindingsDocument.Trigger {
    FindingsDocument.Trigger(
      kind: record.kind, occurred: record.occurred, at: at, host: record.host,
      flows: flows.map { scene.timeline.flows[$0].name })
  }

  /// By a clock of that host; where none was captured there, by the controller's.
  private static func instant(_ record: TriggerRecord, _ scene: Scene) -> CaseTime? {
    guard let at = record.at else { return nil }
    if let host = record.host {
      return scene.timeline.vantages.first { $0.host == host && $0.clock != nil }?.clock?.caseTime(at)
    }
    return scene.timeline.utc.map { CaseTime(nanoseconds: at.nanoseconds &- $0.offset) }
  }

  private static func marked(
    _ record: TriggerRecord, _ at: CaseTime?, _ scene: Scene, _ endings: [FlowEnding]
  ) -> [Int] {
    guard let at else { return [] }
    let there = Set(scene.timeline.vantages.indices.filter { scene.timeline.vantages[$0].host == record.host })
    let alive = endings.indices.filter { flow in
      guard let first = endings[flow].first, let last = endings[flow].last else { return false }
      return (there.isEmpty || endings[flow].vantages.contains(where: there.contains))
        && first.since(at) <= slack && at.since(last) <= patience
    }
    let reset = alive.filter { flow in
      guard let reset = endings[flow].reset else { return false }
      return reset.since(at) <= slack && at.since(reset) <= patience
    }
    return reset.isEmpty ? alive : reset
  }
}

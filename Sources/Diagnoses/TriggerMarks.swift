internal import Alignment
internal import CaseModel
internal import Correlation
internal import Evidence
internal import Wire

/// When and where the trigger fired, and which flows it may be about.
struct TriggerMoment: Sendable {
  /// How long before the trigger a flow may have ended.
  private static let patience: Int64 = 30_000_000_000
  /// How long after the trigger's instant its cause may seem to lie: an application's log is stamped when it is written.
  private static let slack: Int64 = 1_000_000_000

  let record: TriggerRecord
  let at: CaseTime?
  /// The trigger names a fault, and it fired.
  let namesFault: Bool
  /// Vantages of its host.
  private let there: Set<Int>

  init(_ scene: Scene) {
    record = scene.evidence.manifest.trigger
    let faults: [TriggerRecord.Kind] = [.log, .probeFails, .packet, .counter, .operator]
    namesFault = record.occurred && faults.contains(record.kind)
    at = Self.instant(record, scene)
    let host = record.host
    there = Set(scene.timeline.vantages.indices.filter { scene.timeline.vantages[$0].host == host })
  }

  /// By a clock of that host; where none was captured there, by the controller's.
  private static func instant(_ record: TriggerRecord, _ scene: Scene) -> CaseTime? {
    guard let at = record.at else { return nil }
    if let host = record.host {
      return scene.timeline.vantages.first { $0.host == host && $0.clock != nil }?.clock?.caseTime(at)
    }
    return scene.timeline.utc.map { CaseTime(nanoseconds: at.nanoseconds &- $0.offset) }
  }

  /// What speaks for a flow being the one in question; nil where it was not alive then, or not seen there.
  func suspect(_ story: FlowStory, _ flow: Int) -> TriggerMarks.Suspect? {
    guard namesFault, let at, let first = story.flow.first, let last = story.flow.last,
      first.since(at) <= Self.slack, at.since(last) <= Self.patience,
      there.isEmpty || there.contains(where: { !story.tracks[$0].records.isEmpty })
    else { return nil }
    let reset = story.tracks.compactMap(\.firstReset).min()
    let wasReset = reset.map { $0.since(at) <= Self.slack && at.since($0) <= Self.patience }
    return TriggerMarks.Suspect(flow: flow, wasReset: wasReset ?? false)
  }
}

extension FlowStory.Track {
  /// The first RST, on the case's time line.
  fileprivate var firstReset: CaseTime? {
    let index = records.firstIndex { $0.flags.contains(.rst) && !$0.bits.contains(.icmpError) }
    return index.flatMap { times[$0] }
  }
}

/// The flows that the trigger marks as bad: a trigger defines the fault.
///
/// An application tells of a broken connection when it next touches it, so the flow in question was alive shortly before, on the
/// trigger's host. Of those flows the ones that were reset by then are meant; where none was, all of them may be.
struct TriggerMarks {
  /// A flow that was alive on the trigger's host.
  struct Suspect: Sendable {
    let flow: Int
    /// Shortly before, or just then.
    let wasReset: Bool
  }

  /// Ascending.
  let flows: [Int]
  private let moment: TriggerMoment

  var namesFault: Bool { moment.namesFault }
  var at: CaseTime? { moment.at }
  /// A fault was waited for and did not come.
  var didNotOccur: Bool { moment.record.kind == .duration && !moment.record.occurred }

  /// - Parameter suspects: in the order of the flows.
  init(_ moment: TriggerMoment, suspects: [Suspect]) {
    self.moment = moment
    let reset = suspects.filter(\.wasReset)
    flows = (reset.isEmpty ? suspects : reset).map(\.flow)
  }

  func document(_ scene: Scene) -> FindingsDocument.Trigger {
    FindingsDocument.Trigger(
      kind: moment.record.kind, occurred: moment.record.occurred, at: at, host: moment.record.host,
      flows: flows.map { scene.timeline.flows[$0].name })
  }
}

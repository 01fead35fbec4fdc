internal import CaseModel
public import Correlation

/// Judges a case: every diagnosis on every story, then cause and symptom, then the verdict.
///
/// - Parameter workers: threads for the stories. The result is the same with any number of them.
/// - Throws: what reading a story throws.
public func judge(_ scene: Scene, workers: some Workers) throws -> Judgement {
  try judge(scene, by: DiagnosisCatalog.all, workers: workers)
}

/// The same, and what somebody else wants to know of every story: each is visited once for both.
///
/// - Parameter note: called once for every flow's story, perhaps several at a time; nil for nothing to be kept of it.
/// - Returns: with the judgement, what `note` kept, in the order of the flows.
/// - Throws: what reading a story or `note` throws.
public func judge<Note: Sendable>(
  _ scene: Scene, workers: some Workers, noting note: @Sendable (FlowStory) throws -> Note?
) throws -> (judgement: Judgement, notes: [Note]) {
  try judge(scene, by: DiagnosisCatalog.all, workers: workers, noting: note)
}

/// The same with a chosen catalog.
func judge(_ scene: Scene, by catalog: [any Diagnosis.Type], workers: some Workers) throws -> Judgement {
  try judge(scene, by: catalog, workers: workers) { _ in Void?.none }.judgement
}

private func judge<Note: Sendable>(
  _ scene: Scene, by catalog: [any Diagnosis.Type], workers: some Workers,
  noting note: @Sendable (FlowStory) throws -> Note?
) throws -> (judgement: Judgement, notes: [Note]) {
  let trigger = TriggerMoment(scene)
  let examinations = try scene.timeline.eachStory(
    workers,
    keeping: { flow, story in
      Examination(flow, story, scene, by: catalog, trigger, try note(story))
    }
  ).map(\.result)
  let marks = TriggerMarks(trigger, suspects: examinations.compactMap(\.suspect))
  var assessment = Assessment(scene, catalog)
  assessment.conclude(examinations.flatMap(\.clues))
  assessment.apply(marks)
  return (assessment.judgement(marks, examinations.compactMap(\.unanswered)), examinations.compactMap(\.note))
}

/// What was noticed in one flow.
private struct Examination<Note: Sendable>: Sendable {
  let clues: [Clue]
  let suspect: TriggerMarks.Suspect?
  /// Datagrams of it that nobody answered.
  let unanswered: UnansweredDatagrams.Exchange?
  let note: Note?

  /// nil where nothing was.
  init?(
    _ flow: Int, _ story: FlowStory, _ scene: Scene, by catalog: [any Diagnosis.Type], _ trigger: TriggerMoment,
    _ note: Note?
  ) {
    var clues = catalog.flatMap { $0.init().inspect(story, scene) }
    for clue in clues.indices { clues[clue].flow = flow }
    self.clues = clues
    suspect = trigger.suspect(story, flow)
    let count = UnansweredDatagrams.count(story)
    unanswered = count > 0 ? UnansweredDatagrams.Exchange(flow: flow, datagrams: count) : nil
    self.note = note
    if clues.isEmpty, suspect == nil, unanswered == nil, note == nil { return nil }
  }
}

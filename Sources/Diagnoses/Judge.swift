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
/// - Parameter note: called once for every flow's story, perhaps several at a time.
/// - Returns: with the judgement, what `note` made of each flow, by the flow's index.
/// - Throws: what reading a story or `note` throws.
public func judge<Note: Sendable>(
  _ scene: Scene, workers: some Workers, noting note: @Sendable (FlowStory) throws -> Note
) throws -> (judgement: Judgement, notes: [Note]) {
  try judge(scene, by: DiagnosisCatalog.all, workers: workers, noting: note)
}

/// The same with a chosen catalog.
func judge(_ scene: Scene, by catalog: [any Diagnosis.Type], workers: some Workers) throws -> Judgement {
  try judge(scene, by: catalog, workers: workers) { _ in }.judgement
}

private func judge<Note: Sendable>(
  _ scene: Scene, by catalog: [any Diagnosis.Type], workers: some Workers,
  noting note: @Sendable (FlowStory) throws -> Note
) throws -> (judgement: Judgement, notes: [Note]) {
  var examinations: [Examination] = []
  var notes: [Note] = []
  for (examination, note) in try examine(scene, by: catalog, workers, note) {
    examinations.append(examination)
    notes.append(note)
  }
  let marks = TriggerMarks(scene, endings: examinations.map(\.ending))
  var assessment = Assessment(scene, catalog)
  assessment.conclude(examinations.flatMap(\.clues))
  assessment.apply(marks)
  return (assessment.judgement(marks, examinations), notes)
}

/// What was noticed in one flow.
struct Examination: Sendable {
  var clues: [Clue]
  /// When the flow was first reset, if it was, and when it was last seen.
  var ending: FlowEnding
  /// Datagrams of it that nobody answered.
  var unanswered: Int
}

private func examine<Note: Sendable>(
  _ scene: Scene, by catalog: [any Diagnosis.Type], _ workers: some Workers,
  _ note: @Sendable (FlowStory) throws -> Note
) throws -> [(Examination, Note)] {
  var examinations = try scene.timeline.eachStory(workers) { story in
    let clues = catalog.flatMap { $0.init().inspect(story, scene) }
    return (
      Examination(clues: clues, ending: FlowEnding(story), unanswered: UnansweredDatagrams.count(story)),
      try note(story)
    )
  }
  for flow in examinations.indices {
    for clue in examinations[flow].0.clues.indices { examinations[flow].0.clues[clue].flow = flow }
  }
  return examinations
}

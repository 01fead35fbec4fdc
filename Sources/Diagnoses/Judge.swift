internal import CaseModel
public import Correlation

/// Judges a case: every diagnosis on every story, then cause and symptom, then the verdict.
///
/// - Parameter workers: threads for the stories. The result is the same with any number of them.
/// - Throws: what reading a story throws.
public func judge(_ scene: Scene, workers: some Workers) throws -> Judgement {
  try judge(scene, by: DiagnosisCatalog.all, workers: workers)
}

/// The same with a chosen catalog.
func judge(_ scene: Scene, by catalog: [any Diagnosis.Type], workers: some Workers) throws -> Judgement {
  let examinations = try examine(scene, by: catalog, workers)
  let marks = TriggerMarks(scene, endings: examinations.map(\.ending))
  var assessment = Assessment(scene, catalog)
  assessment.conclude(examinations.flatMap(\.clues))
  assessment.apply(marks)
  return assessment.judgement(marks, examinations)
}

/// What was noticed in one flow.
struct Examination: Sendable {
  var clues: [Clue]
  /// When the flow was first reset, if it was, and when it was last seen.
  var ending: FlowEnding
}

private func examine(
  _ scene: Scene, by catalog: [any Diagnosis.Type], _ workers: some Workers
) throws -> [Examination] {
  var examinations = try scene.timeline.eachStory(workers) { story in
    Examination(clues: catalog.flatMap { $0.init().inspect(story, scene) }, ending: FlowEnding(story))
  }
  for flow in examinations.indices {
    for clue in examinations[flow].clues.indices { examinations[flow].clues[clue].flow = flow }
  }
  return examinations
}

internal import CaseModel
internal import Diagnoses
internal import Evidence

/// Every file that this rests on, with its hash, and which findings cite it.
func evidenceSection(_ judgement: Judgement, _ scene: Scene, _ hashes: [String: String]) -> String {
  let cited = citedFiles(judgement, scene)
  let captured = scene.evidence.captures.flatMap { $0.files.map(\.cited) }
  let files = Set(hashes.keys).union(cited.keys).union(captured).sorted()
  guard !files.isEmpty else { return "## Evidence\n\nThere is none." }
  let rows = files.map { file in
    [
      MarkdownText.code(file), MarkdownText.prose(Wording.list(cited[file] ?? [])),
      hashes[file].map(MarkdownText.code) ?? "not hashed",
    ]
  }
  return "## Evidence\n\n" + MarkdownText.table(["file", "cited by", "SHA-256"], rows)
}

/// Ids of the findings that cite each file. A reading that is compared rests on the file of before, too.
func citedFiles(_ judgement: Judgement, _ scene: Scene) -> [String: [String]] {
  var files: [String: [String]] = [:]
  for judged in judgement.findings {
    let own = Set(judged.finding.citations.map(\.file))
    let compared = judged.finding.readings.filter { $0.before != nil }.flatMap { earlierFiles($0, scene) }
    for file in own.union(compared) { files[file, default: []].append(judged.id) }
  }
  return files
}

/// What the same command had said before.
private func earlierFiles(_ reading: Citation.Check, _ scene: Scene) -> [String] {
  let readouts = scene.evidence.readouts
  guard let own = readouts.first(where: { $0.cited == reading.file }) else { return [] }
  return readouts.filter {
    $0.host == own.host && $0.namespace == own.namespace && $0.command == own.command && $0.phase == .before
  }.map(\.cited)
}

extension Citation {
  var file: String {
    switch self {
    case .packet(let packet): packet.file
    case .check(let check): check.file
    case .log(let log): log.file
    }
  }
}

internal import CaseModel
internal import Diagnoses
internal import Evidence

/// Every file that this rests on, with its hash, and which findings cite it.
func evidenceSection(_ judgement: Judgement, _ scene: Scene, _ hashes: [String: String]) -> String {
  let cited = citedFiles(judgement)
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

/// Ids of the findings that cite each file.
func citedFiles(_ judgement: Judgement) -> [String: [String]] {
  var files: [String: [String]] = [:]
  for judged in judgement.findings {
    for file in Set(judged.finding.citations.map(\.file)) { files[file, default: []].append(judged.id) }
  }
  return files
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

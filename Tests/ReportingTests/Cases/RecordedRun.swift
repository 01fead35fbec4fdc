import CaseModel
import CaseStore
import Correlation
import Diagnoses
import Evidence
import Foundation
import Reporting
import TestSupport
import Wire

/// The evidence that a run left: two hosts and a container on one of them, a tunnel, a translation, clocks asked over SSH, checks
/// before and after, and a probe.
struct RecordedRun {
  let scene: Scene
  let judgement: Judgement
  let hashes: [String: String]

  private static let folder = URL(filePath: Program.root).appending(path: "Tests/ReportingTests/Fixtures/overlay-loss")

  init() throws {
    let paths = FileManager.default.enumerator(atPath: Self.folder.path)?.compactMap { $0 as? String } ?? []
    let files = try Dictionary(
      uniqueKeysWithValues: paths.filter { URL(filePath: $0).pathExtension != "" }.map { path in
        (path, Array(try Data(contentsOf: Self.folder.appending(path: path))))
      })
    let manifest = try JSONText.decode(Manifest.self, from: files[CasePath.manifest] ?? [])
    let evidence = readEvidence(manifest, from: FileTreeInMemory(files))
    scene = Scene(evidence: evidence, timeline: try correlate(evidence, workers: InlineWorkers(), spool: MemorySpool()))
    judgement = try judge(scene, workers: InlineWorkers())
    hashes = files.mapValues { SHA256.hex(of: $0) }
  }

  func page(_ language: Language = .en) throws -> String {
    try postmortemHTML(judgement, scene, hashes: hashes, language: language)
  }
}

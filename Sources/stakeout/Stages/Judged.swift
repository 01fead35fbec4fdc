internal import ArgumentParser
internal import CaseModel
internal import CaseStore
internal import Correlation
internal import Diagnoses
internal import Evidence
internal import Merging
internal import Reporting
internal import Wire

/// A judged case, and its documents.
struct Judged: Sendable {
  let scene: Scene
  let judgement: Diagnoses.Judgement
  /// What the documents keep of every flow, in order, and where its text is; nil where no document is written.
  let flows: (written: [FlowPage], pages: FlowPages)?
  /// Who sent what, for merging; nil where that is not asked for.
  let links: CausalLinks?
  /// SHA-256 of the evidence files by path, as the case states them.
  let hashes: [String: String]
  /// Where the postmortem was written, as the user will see it.
  var postmortemPath: String?
  /// Where the page was written.
  var pagePath: String?

  /// Made once: it is written, printed and asked for the exit status.
  let findings: FindingsDocument

  init(
    scene: Scene, judgement: Diagnoses.Judgement, flows: (written: [FlowPage], pages: FlowPages)? = nil,
    links: CausalLinks? = nil, hashes: [String: String], comparison: FindingsDocument.Comparison? = nil
  ) {
    self.scene = scene
    self.judgement = judgement
    self.flows = flows
    self.links = links
    self.hashes = hashes
    findings = findingsDocument(judgement, scene, comparison: comparison)
  }

  /// - Parameter shown: the connection that it is told by, where it has been read already.
  func postmortem(_ shown: ConnectionStory? = nil, language: Language = .en) throws -> String {
    try postmortemMarkdown(
      judgement, scene, hashes: hashes, shown: shown, comparison: findings.comparison, language: language)
  }

  /// - Parameter shown: the connection that it is told by, where it has been read already.
  func page(_ shown: ConnectionStory? = nil, language: Language = .en) throws -> String {
    try postmortemHTML(
      judgement, scene, hashes: hashes, shown: shown, comparison: findings.comparison, language: language)
  }

  var exit: ExitCode { judgement.isReadable ? ExitStatus.of(judgement.verdict) : ExitCode(ExitStatus.noVerdict) }

  /// In the numbers that another case can be set beside.
  func measures(_ workers: ThreadWorkers) throws -> CaseMeasures {
    try caseMeasures(judgement, scene, workers: workers)
  }

  /// What a person reads in the terminal.
  var words: String {
    terminalVerdict(judgement, scene, postmortem: postmortemPath, page: pagePath, color: Console.wantsColor)
      + (findings.comparison.map { "\n" + comparisonTable($0) } ?? "")
  }
}

extension Judged {
  /// All captures on one time line, with comments on the cited frames.
  /// - Parameter keys: what decrypts the TLS in it; none unless asked for.
  /// - Throws: a `Failure` when the file cannot be written; what was written of it is left there.
  func writeMerged(to path: String, keys: TLSKeyLog = TLSKeyLog()) throws {
    do {
      var sink = try FileByteSink(path: path)
      try writeMergedCapture(
        scene.timeline, scene.evidence, links: links, comments: frameComments(judgement, scene), keys: keys, into: &sink
      )
      try sink.finish()
    } catch {
      throw Failure(
        "merged-capture", what: "could not write the merged capture to `\(path)`", cause: "\(error)".lowercased(),
        left: "what was written of it is there", hint: "the captures are as they were")
    }
  }
}

extension Judged {
  /// Each table as a file `TABLE.ndjson` of a folder, which is made.
  /// - Parameter name: of the case, in every row.
  /// - Throws: a `Failure` when a file cannot be written; what was written of it is left there.
  func writeTables(into folder: String, name: CaseID) throws {
    guard let (written, pages) = flows else { return }
    try CaseFolder(path: folder).makeFolder("")
    for table in ExportTable.allCases {
      let path = "\(folder)/\(table.rawValue).ndjson"
      do {
        var sink = try FileByteSink(path: path)
        try table.write(name, judgement, scene, written, from: pages, into: &sink)
        try sink.finish()
      } catch {
        throw Failure(
          "export", what: "could not write `\(path)`", cause: "\(error)".lowercased(),
          left: "what was written of it is there", hint: "the case is as it was: look at the disk's free space")
      }
    }
  }
}

/// Writes `analysis/` and the postmortem; what is there of them is rebuilt.
struct AnalysisWriter {
  let folder: CaseFolder

  func write(_ judged: Judged) throws -> Judged {
    try folder.makeFolder("analysis")
    try folder.write(folder.encoded(judged.findings), to: CasePath.findings)
    try folder.write(folder.encoded(clocksDocument(judged.scene)), to: CasePath.clocks)
    if let (written, pages) = judged.flows {
      try stream(CasePath.flows) { try writeFlows(written, from: pages, into: &$0) }
      try stream(CasePath.timeline) {
        try writeTimeline(judged.judgement, judged.scene, written, from: pages, into: &$0)
      }
    }
    try judged.writeMerged(to: folder.location(CasePath.merged))
    let shown = try ConnectionStory(judged.judgement, judged.scene)
    var written = judged
    written.postmortemPath = try Postmortem.markdown.write(Array(judged.postmortem(shown).utf8), in: folder)
    written.pagePath = try Postmortem.page.write(Array(judged.page(shown).utf8), in: folder)
    return written
  }

  private func stream(_ path: String, _ write: (inout FileByteSink) throws -> Void) throws {
    let path = folder.location(path)
    do {
      var sink = try FileByteSink(path: path)
      try write(&sink)
      try sink.finish()
    } catch {
      throw Failure(
        "analysis", what: "could not write `\(path)`", cause: "\(error)".lowercased(),
        left: "what was written of it is there", hint: "the evidence is as it was: look at the disk's free space")
    }
  }
}

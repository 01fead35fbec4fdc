import CaseModel
import CaseStore
import Correlation
import Diagnoses
import Evidence
import Foundation
import Reporting
import Synchronization
import TestSupport
import Wire

/// A case that the diagnoses are tested with, judged: a written golden, `KIND/OUTCOME`, or the captures of a real incident.
struct SampleCase: Sendable {
  let name: String
  let scene: Scene
  let judgement: Judgement
  /// Every flow, as `flows.json` tells it.
  let flows: [FlowRecord]
  let written: [FlowPage]
  let pages: FlowPages
  let hashes: [String: String]
  /// Bytes of each file as citations name it.
  let files: [String: [UInt8]]

  private static let folder = URL(filePath: Program.root).appending(path: "Tests/DiagnosesTests")
  static let incidents = list("Fixtures")
  static let goldens = list("Goldens").flatMap { kind in list("Goldens/\(kind)").map { "\(kind)/\($0)" } }
  static let all = goldens + incidents

  private static let known = Mutex<[String: SampleCase]>([:])

  /// Judged once, whoever asks first.
  static func named(_ name: String) throws -> SampleCase {
    if let known = known.withLock({ $0[name] }) { return known }
    let sample = try SampleCase(name)
    known.withLock { $0[name] = sample }
    return sample
  }

  private init(_ name: String) throws {
    self.name = name
    let isGolden = name.contains("/")
    let folder = Self.folder.appending(path: isGolden ? "Goldens/\(name)" : "Fixtures/\(name)")
    let files = isGolden ? try Self.written(folder) : try Self.captured(folder)
    let vantages = files.keys.filter { $0.hasSuffix(".pcap") }.sorted()
    let records = vantages.map { path in
      let name = String(path.split(separator: "/").last?.dropLast(5) ?? "")
      return CaptureRecord(vantage: VantageName(name), files: [path], host: HostName(name), drops: 0)
    }
    let manifest = Manifest(
      id: CaseID(name.replacing("/", with: "-")), tool: Tool.name, state: .complete,
      hosts: records.map { HostRecord(name: $0.host, roles: []) }, captures: records)
    let evidence = readEvidence(manifest, from: FileTreeInMemory(files))
    scene = Scene(evidence: evidence, timeline: try correlate(evidence, workers: InlineWorkers(), spool: MemorySpool()))
    let pages = try FlowPages(scene, spool: MemorySpool())
    self.pages = pages
    (judgement, written) = try judge(scene, workers: InlineWorkers()) { try pages.page($0) }
    var sink = ByteArraySink()
    try writeFlows(written, from: pages, into: &sink)
    flows = try JSONText.decode(FlowsDocument.self, from: sink.bytes).flows
    self.files = files
    hashes = files.mapValues { SHA256.hex(of: $0) }
  }

  func postmortem() throws -> String { try postmortemMarkdown(judgement, scene, hashes: hashes) }
  func page() throws -> String { try postmortemHTML(judgement, scene, hashes: hashes) }

  private static func list(_ path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: path).path)) ?? []).sorted()
      .filter { !$0.contains(".") }
  }

  /// `packets.txt`, and `checks/HOST/PHASE_COMMAND.txt`.
  private static func written(_ folder: URL) throws -> [String: [UInt8]] {
    let script = try PacketScript(String(contentsOf: folder.appending(path: "packets.txt"), encoding: .utf8))
    var files: [String: [UInt8]] = [:]
    for vantage in script.vantages {
      files[CasePath.capture(HostName(vantage), .host, VantageName(vantage))] = script.capture(vantage)
    }
    return try files.merging(texts(folder.appending(path: "checks"))) { one, _ in one }
  }

  /// `VANTAGE.pcap`, perhaps compressed, and `evidence/VANTAGE/PHASE_COMMAND.txt`.
  private static func captured(_ folder: URL) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) where file.contains(".pcap") {
      let vantage = String(file.prefix { $0 != "." })
      let source = try CaptureFileSource.open(folder.appending(path: file).path)
      files[CasePath.capture(HostName(vantage), .host, VantageName(vantage))] = try bytes(source)
    }
    return try files.merging(texts(folder.appending(path: "evidence"))) { one, _ in one }
  }

  private static func texts(_ folder: URL) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for host in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] {
      let own = folder.appending(path: host)
      for text in try FileManager.default.contentsOfDirectory(atPath: own.path) {
        files["\(CasePath.folder(HostName(host), .host))/checks/\(text)"] = Array(
          try Data(contentsOf: own.appending(path: text)))
      }
    }
    return files
  }

  private static func bytes(_ source: any ByteSource) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try chunk.withUnsafeMutableBytes { try source.read(at: Int64(bytes.count), into: $0) }
      guard count > 0 else { return bytes }
      bytes += chunk[..<count]
    }
  }
}

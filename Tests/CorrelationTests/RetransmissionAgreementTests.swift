import CaseModel
import Correlation
import Evidence
import Foundation
import TestSupport
import Testing
import Wire

/// Our retransmissions against `tshark`'s, frame by frame, interface by interface: where the two differ, there is a reason that the
/// packets bear out.
///
/// `tshark` sees one place of one capture. It takes what fills a gap for out of order if it comes within 3 ms or the first round
/// trip, and for a retransmission otherwise, and it cannot know of copies that were lost before its place.
struct RetransmissionAgreementTests {
  /// Folders of captures of the same traffic, and captures alone, in the tree.
  private static var inTree: [[URL]] {
    let tests = URL(filePath: Program.root).appending(path: "Tests")
    let folders = ["CorrelationTests", "DiagnosesTests"].map { tests.appending(path: "\($0)/Fixtures") }
    return folders.flatMap(cases) + captures(tests.appending(path: "WireTests/Fixtures")).map { [$0] }
  }

  private static func cases(_ folder: URL) -> [[URL]] { contents(folder).map(captures).filter { !$0.isEmpty } }

  private static func contents(_ folder: URL) -> [URL] {
    let found = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return (found ?? []).sorted { $0.path < $1.path }
  }

  private static func captures(_ folder: URL) -> [URL] { contents(folder).filter { $0.pathExtension == "pcap" } }

  /// The list is of `tshark` 4.0; others may take some frames for something else, but never without a reason.
  @Test func everyDifferenceHasAReason() throws {
    guard let tshark = try InstalledTool("tshark") else { return }
    let list = try Self.inTree.flatMap { try differences($0, tshark) }.joined(separator: "\n") + "\n"
    guard try tshark.output(["--version"]).contains("TShark (Wireshark) 4.0.") else { return }
    #expect(Golden("Goldens/retransmissions.txt").difference(from: list) == nil)
  }

  /// The same for any folder of folders of captures; `STAKEOUT_CAPTURES` names it.
  @Test(.enabled(if: elsewhere != nil)) func elsewhereToo() throws {
    guard let tshark = try InstalledTool("tshark") else { return }
    for files in Self.cases(URL(filePath: Self.elsewhere ?? "")) {
      for line in try differences(files, tshark) { print(line) }
    }
  }

  private static let elsewhere = ProcessInfo.processInfo.environment["STAKEOUT_CAPTURES"]

  /// `FOLDER/CAPTURE interface N, frame N: ours is KIND, tshark's KIND: REASON`
  private func differences(_ files: [URL], _ tshark: InstalledTool) throws -> [String] {
    let seen = try SeenFrames(files)
    var list: [String] = []
    for (vantage, file) in files.enumerated() {
      let name = "\(file.deletingLastPathComponent().lastPathComponent)/\(file.lastPathComponent)"
      for (interface, part) in try InterfaceCapture.split(Array(try Data(contentsOf: file))).sorted(by: {
        $0.key < $1.key
      }) {
        let theirs = try TsharkAnalysis(tshark, part)
        for frame in part.frames {
          let (ours, kind) = (seen.frame(vantage, frame), theirs.kind(frame))
          guard ours.kind != kind else { continue }
          let what = "\(name) interface \(interface), frame \(frame): ours is \(ours.kind), tshark's \(kind)"
          let reason = ours.reason(against: kind)
          #expect(reason != nil, "\(what), without a reason")
          list.append("\(what): \(reason ?? "?")")
        }
      }
    }
    return list
  }
}

/// The words that both sides have for a transmission.
enum TransmissionKind { case ordinary, retransmission, reordered, keepAlive, windowProbe }

/// What `tshark` makes of the frames of one interface.
private struct TsharkAnalysis {
  private var kinds: [UInt32: TransmissionKind] = [:]

  /// First that is there, counts.
  private static let flags: [(String, TransmissionKind)] = [
    ("keep_alive", .keepAlive), ("zero_window_probe", .windowProbe), ("out_of_order", .reordered),
    ("retransmission", .retransmission), ("fast_retransmission", .retransmission),
    ("spurious_retransmission", .retransmission),
  ]

  init(_ tshark: InstalledTool, _ part: InterfaceCapture) throws {
    let fields = ["frame.number"] + Self.flags.map { "tcp.analysis.\($0.0)" }
    let options =
      [
        "-n", "-r", "FILE", "-d", "udp.port==8472,vxlan", "-o", "ip.defragment:FALSE", "-o",
        "tcp.desegment_tcp_streams:FALSE", "-T", "fields", "-E", "occurrence=l",
      ] + fields.flatMap { ["-e", $0] }
    for line in try tshark.output(options, about: part.bytes).split(separator: "\n") {
      let values = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard let number = values.first.flatMap({ Int($0) }), part.frames.indices.contains(number - 1) else { continue }
      let kind = zip(Self.flags, values.dropFirst()).first { !$1.isEmpty }?.0.1
      kinds[part.frames[number - 1]] = kind
    }
  }

  func kind(_ frame: UInt32) -> TransmissionKind { kinds[frame] ?? .ordinary }
}

/// What we make of every frame of a case.
private struct SeenFrames {
  private var frames: [RecordReference: SeenFrame] = [:]

  init(_ files: [URL]) throws {
    let captures = try files.map { file in
      let name = file.deletingPathExtension().lastPathComponent
      return Capture(
        record: CaptureRecord(
          vantage: VantageName(name), files: [file.lastPathComponent], host: HostName(name)),
        files: [
          CaptureFile(cited: file.lastPathComponent, source: ByteArraySource(Array(try Data(contentsOf: file))))
        ])
    }
    let manifest = Manifest(id: "agreement", tool: "test", state: .complete)
    let timeline = try correlate(
      CaseEvidence(manifest: manifest, captures: captures), workers: InlineWorkers(), spool: MemorySpool())
    for flow in timeline.flows.indices {
      let story = try timeline.story(flow)
      let sendings = story.sendings()
      for (vantage, track) in story.tracks.enumerated() {
        for (index, record) in track.records.enumerated() where record.isSegment {
          let at = RecordReference(vantage: vantage, index: index)
          frames[RecordReference(vantage: vantage, index: Int(record.frame))] = SeenFrame(story, at, sendings)
        }
      }
    }
  }

  func frame(_ vantage: Int, _ frame: UInt32) -> SeenFrame {
    frames[RecordReference(vantage: vantage, index: Int(frame))] ?? SeenFrame()
  }
}

private struct SeenFrame {
  private(set) var sending = Sending.none
  /// nil for a frame that is in no flow.
  private var seen: (story: FlowStory, at: RecordReference)?
  /// What a place nearer the sender makes of it.
  private var before: Sending?

  init() {}

  init(_ story: FlowStory, _ at: RecordReference, _ sendings: [[Sending]]) {
    seen = (story, at)
    sending = sendings[at.vantage][at.index]
    before = story.tracks[at.vantage].upstream[at.index].to.map { sendings[$0.vantage][$0.index] }
  }

  /// Under a name that the flow does not have there.
  private var isStray: Bool {
    guard let (story, at) = seen else { return false }
    return story.flow.aliases[Int(story[at].alias)].nature == .stray
  }

  /// An earlier frame of the same interface shows its first byte.
  private var isRepeat: Bool {
    guard let (story, at) = seen else { return false }
    let record = story[at]
    return story.tracks[at.vantage].records[..<at.index].contains {
      $0.isFromOpener == record.isFromOpener && $0.isSegment && $0.interface == record.interface
        && $0.position <= record.position && $0.position + $0.sequenceLength > record.position
    }
  }

  var kind: TransmissionKind {
    switch sending {
    case .none, .first: .ordinary
    case .again, .replacement: .retransmission
    case .reordered: .reordered
    case .keepAlive: .keepAlive
    case .windowProbe: .windowProbe
    }
  }

  /// Why `tshark` says something else; nil where nothing tells.
  func reason(against theirs: TransmissionKind) -> String? {
    guard seen != nil else { return nil }
    switch (kind, theirs) {
    case (_, .ordinary) where isStray: return "under a translated name: to tshark another connection"
    case (.retransmission, .reordered) where isRepeat: return "soon after; but these bytes had passed here before"
    case (.retransmission, .reordered) where before?.isRetransmission == true:
      return "soon after; but nearer its sender it is the second copy"
    case (.retransmission, .ordinary) where before?.isRetransmission == true && !isRepeat:
      return "the first copy was lost on its way here: no gap tells"
    case (.reordered, .retransmission) where before == .first || before == .reordered:
      return "late; but nearer its sender it is the first copy"
    default: return nil
    }
  }
}

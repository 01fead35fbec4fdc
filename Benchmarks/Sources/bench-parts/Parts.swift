internal import CaseModel
internal import CaseStore
internal import Correlation
internal import Evidence
internal import Merging
internal import Wire

/// Stages of the analysis, each alone: `read FILE`, `merge FILE...` (to nowhere).
@main
enum Parts {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    switch (arguments.first, Array(arguments.dropFirst())) {
    case ("read", let files) where files.count == 1: try read(files[0])
    case ("merge", let files) where !files.isEmpty: try merge(files)
    default:
      throw Failure("usage", what: "could not run a part", cause: "neither `read FILE` nor `merge FILE...` was said")
    }
  }

  /// Every frame read and taken apart. What was found is summed up and printed, so that none of it can be left out.
  private static func read(_ file: String) throws {
    var reader = try CaptureReader(CaptureFileSource.open(file))
    var packet = Packet()
    var sum: UInt64 = 0
    while reader.next(&packet) {
      sum = sum &+ packet.payloadHash &+ UInt64(packet.sequence) &+ UInt64(packet.timestampValue)
    }
    print("\(reader.frames) frames, sum \(sum)")
  }

  /// The captures merged by clocks that were learnt from the head of each.
  private static func merge(_ files: [String]) throws {
    let captures = files.enumerated().map { number, file in
      ForeignCase.CaptureArgument(vantage: VantageName("vantage-\(number + 1)"), host: nil, file: file)
    }
    let whole = try ForeignCase(captures: captures)
    let timeline = try correlate(
      readEvidence(whole.manifest, from: Heads(whole)), workers: InlineWorkers(), spool: TemporarySpool())
    var sink = Nowhere()
    try writeMergedCapture(timeline, readEvidence(whole.manifest, from: whole), links: nil, comments: [:], into: &sink)
    print("\(sink.written) bytes")
  }
}

/// Of each capture its first bytes.
private struct Heads: FileTree {
  private static let length: Int64 = 1 << 20
  private let whole: any FileTree
  init(_ whole: any FileTree) { self.whole = whole }

  var paths: [String] { whole.paths }
  func cited(_ path: String) -> String { whole.cited(path) }
  func open(_ path: String) throws -> any ByteSource {
    let source = try whole.open(path)
    var bytes = [UInt8](repeating: 0, count: Int(min(Self.length, source.count)))
    let count = try bytes.withUnsafeMutableBytes { try source.read(at: 0, into: $0) }
    return ByteArraySource(Array(bytes[..<count]))
  }
}

private struct Nowhere: ByteSink {
  private(set) var written = 0
  mutating func write(_ bytes: UnsafeRawBufferPointer) throws { written += bytes.count }
}

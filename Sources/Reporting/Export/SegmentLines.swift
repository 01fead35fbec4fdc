internal import CaseModel
internal import Correlation
internal import Diagnoses
internal import Wire

/// The rows of `segments.ndjson`: every frame of a flow at every vantage, with what became of it. Put together by hand, as there may
/// be ten million of them.
struct SegmentLines {
  private let interfaces: InterfaceNames
  private let head: [UInt8]
  // What many rows have in common, as JSON.
  private let vantages: [[UInt8]]
  private let files: [[[UInt8]]]
  private var line: [UInt8] = []

  private static let worthwhile = 1 << 20

  /// - Throws: `EncodingError`.
  init(_ name: CaseID, _ scene: Scene) throws {
    interfaces = InterfaceNames(scene)
    head = Array("{\"case_id\":".utf8) + (try TableText.json(name.text))
    vantages = try scene.timeline.vantages.map { try TableText.json($0.name.text) }
    files = try scene.timeline.vantages.map { try $0.files.map(TableText.json) }
  }

  /// Every row of one flow, in the order of vantages and frames.
  /// - Throws: `EncodingError`; what the sink throws.
  mutating func write(_ story: FlowStory, cause: FindingKind?, into sink: inout some ByteSink) throws {
    let flow = try TableText.json(story.flow.name.text)
    let names = try story.flow.aliases.map {
      (try TableText.json("\($0.opener)"), try TableText.json("\($0.acceptor)"))
    }
    let sendings = story.sendings()
    for vantage in story.tracks.indices {
      for index in story.tracks[vantage].records.indices {
        let at = RecordReference(vantage: vantage, index: index)
        line += head
        put("flow", flow)
        try put(place: at, story)
        put(segment: story[at], names)
        put(fate: at, story, sendings[vantage][index])
        put("root_cause", word: cause?.rawValue)
        line += "}\n".utf8
        if line.count >= Self.worthwhile { try drain(into: &sink) }
      }
    }
    try drain(into: &sink)
  }

  private mutating func drain(into sink: inout some ByteSink) throws {
    try line.withUnsafeBytes { try sink.write($0) }
    line.removeAll(keepingCapacity: true)
  }

  private mutating func put(place at: RecordReference, _ story: FlowStory) throws {
    let record = story[at]
    let own = files[at.vantage]
    put("sender", word: record.isFromOpener ? "opener" : "acceptor")
    put("vantage", vantages[at.vantage])
    put("interface", try interfaces.name(Place(record, at: at.vantage)).map(TableText.json))
    put("in_tunnel", record.bits.contains(.inTunnel) ? "true" : "false")
    put("file", own.indices.contains(Int(record.file)) ? own[Int(record.file)] : nil)
    put("frame", "\(record.frame)")
    put("t", word: story.tracks[at.vantage].times[at.index].map { "\($0)" })
  }

  private mutating func put(segment record: Record, _ names: [(opener: [UInt8], acceptor: [UInt8])]) {
    let alias = names.indices.contains(Int(record.alias)) ? names[Int(record.alias)] : nil
    let isSegment = record.isSegment
    put("source", record.isFromOpener ? alias?.opener : alias?.acceptor)
    put("destination", record.isFromOpener ? alias?.acceptor : alias?.opener)
    put("kind", word: PacketWords.kind(record).word)
    put("sequence", isSegment ? "\(record.sequence)" : nil)
    put("acknowledgment", isSegment && record.flags.contains(.ack) ? "\(record.acknowledgment)" : nil)
    put("length", "\(record.length)")
    put("window_field", isSegment ? "\(record.window)" : nil)
  }

  private mutating func put(fate at: RecordReference, _ story: FlowStory, _ sending: Sending) {
    let track = story.tracks[at.vantage]
    let from = track.upstream[at.index].to
    put("retransmission", sending.isRetransmission ? "true" : "false")
    put("from_vantage", from.map { vantages[$0.vantage] })
    put("from_frame", from.map { "\(story[$0].frame)" })
    put("to_vantage", next(at, story).map { vantages[$0] })
    put("fate", word: track.fates[at.index].word)
  }

  /// Where the path goes on.
  private func next(_ at: RecordReference, _ story: FlowStory) -> Int? {
    let record = story[at]
    let path = story.paths[record.isFromOpener]
    let here = path.firstIndex(of: Place(record, at: at.vantage)) ?? path.lastIndex { $0.vantage == at.vantage }
    return here.flatMap { path.indices.contains($0 + 1) ? path[$0 + 1].vantage : nil }
  }

  private mutating func put(_ name: StaticString, word: String?) { put(name, word.map { "\"\($0)\"" }) }

  private mutating func put(_ name: StaticString, _ value: String?) {
    begin(name)
    line += (value ?? "null").utf8
  }

  private mutating func put(_ name: StaticString, _ value: [UInt8]?) {
    begin(name)
    if let value { line += value } else { line += "null".utf8 }
  }

  private mutating func begin(_ name: StaticString) {
    line += ",\"".utf8
    name.withUTF8Buffer { line += $0 }
    line += "\":".utf8
  }
}

extension Fate {
  fileprivate var word: String {
    switch self {
    case .delivered: "delivered"
    case .lost: "lost"
    case .unknown: "unknown"
    case .beyond: "beyond"
    }
  }
}

extension Passage.Kind {
  fileprivate var word: String {
    switch self {
    case .opening: "syn"
    case .data: "data"
    case .acknowledgment: "ack"
    case .closing: "fin"
    case .reset: "rst"
    case .error: "icmp-error"
    case .datagram: "datagram"
    }
  }
}

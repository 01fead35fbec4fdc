internal import Wire

/// Puts the records of one capture aside, in file order, until it is known which flows they are of.
struct Gather: RecordOutput {
  static let isFirst = true
  /// Records that are written at once.
  private static let chunk = 1 << 13

  private let file: any SpoolFile
  private var records: [Record] = []
  private var conversations: [UInt32] = []
  private var chunks: [GatheredCapture.Chunk] = []
  private var failure: (any Error)?
  private var samples: LinkSamples

  init(_ file: any SpoolFile) {
    self.file = file
    samples = LinkSamples(file)
    records.reserveCapacity(Self.chunk)
    conversations.reserveCapacity(Self.chunk)
  }

  @inline(__always)
  mutating func take(_ record: Record, conversation: Int) {
    records.append(record)
    conversations.append(UInt32(truncatingIfNeeded: conversation))
    if records.count == Self.chunk { write() }
  }

  @inline(__always)
  mutating func take(_ sample: LinkSample) { samples.append(sample) }

  @inline(never)
  private mutating func write() {
    guard failure == nil, !records.isEmpty else { return }
    do {
      chunks.append(
        GatheredCapture.Chunk(records: try file.append(records), conversations: try file.append(conversations)))
    } catch { failure = error }
    records.removeAll(keepingCapacity: true)
    conversations.removeAll(keepingCapacity: true)
  }

  /// Writes what is left.
  /// - Throws: the first thing that went wrong.
  consuming func finish() throws -> (records: GatheredCapture, samples: LinkSamples) {
    write()
    if let failure { throw failure }
    return (GatheredCapture(file: file, chunks: chunks), samples)
  }
}

/// One capture's records in file order, as its own conversations count them.
struct GatheredCapture: Sendable {
  /// Some records and, each, its conversation at this vantage.
  struct Chunk: Sendable {
    var records: SpoolPiece
    var conversations: SpoolPiece
  }

  fileprivate let file: any SpoolFile
  fileprivate let chunks: [Chunk]

  /// Chunks that one worker takes at a time: few enough that all workers have some of each large capture.
  private static let stretch = 128

  /// Stretches of chunks, each to be scattered by one worker.
  var stretches: [Range<Int>] {
    stride(from: 0, to: chunks.count, by: Self.stretch).map { $0..<min($0 + Self.stretch, chunks.count) }
  }

  /// Visits the records of a stretch in order.
  /// - Throws: what the spool throws.
  func each(in stretch: Range<Int>, _ body: (Record, _ conversation: Int) -> Void) throws {
    for chunk in chunks[stretch] {
      let conversations = try file.read(chunk.conversations, as: UInt32.self)
      for (record, conversation) in zip(try file.read(chunk.records, as: Record.self), conversations) {
        body(record, Int(conversation))
      }
    }
  }
}

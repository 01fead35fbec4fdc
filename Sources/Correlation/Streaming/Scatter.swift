internal import Wire

/// Sends the records of a part of one capture, told by their flows' openers, to the batches of their flows, where they wait in
/// file order.
struct Scatter {
  /// Records of one batch that are written at once.
  private static let chunk = 512

  /// Some records of one batch and, each, its flow's number.
  struct Chunk: Sendable {
    var records: SpoolPiece
    var flows: SpoolPiece
  }

  private struct Pile {
    var records: [Record] = []
    var flows: [UInt32] = []
  }

  private let assembly: FlowAssembly
  private let batches: FlowBatches
  /// Where the vantage's conversations begin among all.
  private let base: Int
  private let file: any SpoolFile
  private var piles: [Pile]
  private var chunks: [[Chunk]]
  private var failure: (any Error)?

  init(_ vantage: Int, _ assembly: FlowAssembly, _ batches: FlowBatches, _ file: any SpoolFile) {
    self.assembly = assembly
    self.batches = batches
    self.file = file
    base = assembly.base[vantage]
    piles = [Pile](repeating: Pile(), count: batches.count)
    chunks = [[Chunk]](repeating: [], count: batches.count)
  }

  @inline(__always)
  mutating func take(_ record: Record, conversation: Int) {
    let member = assembly.members[base &+ conversation]
    let batch = Int(batches.batchOf[Int(member.flow)])
    piles[batch].records.append(record.told(by: member))
    piles[batch].flows.append(member.flow)
    if piles[batch].records.count == Self.chunk { write(batch) }
  }

  private mutating func write(_ batch: Int) {
    guard failure == nil, !piles[batch].records.isEmpty else { return }
    do {
      chunks[batch].append(
        Chunk(records: try file.append(piles[batch].records), flows: try file.append(piles[batch].flows)))
    } catch { failure = error }
    piles[batch].records.removeAll(keepingCapacity: true)
    piles[batch].flows.removeAll(keepingCapacity: true)
  }

  /// Writes what is left.
  /// - Returns: by batch.
  /// - Throws: the first thing that went wrong.
  consuming func finish() throws -> [[Chunk]] {
    for batch in piles.indices { write(batch) }
    if let failure { throw failure }
    return chunks
  }
}

extension Scatter {
  /// Sorts the records of all captures by batch, each capture in several parts at once.
  /// - Throws: what the spool or the workers throw.
  static func all(
    _ captures: [GatheredCapture], _ assembly: FlowAssembly, _ batches: FlowBatches, _ workers: some Workers,
    _ spool: some Spool
  ) throws -> [ScatteredCapture] {
    let parts = captures.enumerated().flatMap { vantage, capture in capture.stretches.map { (vantage, $0) } }
    let files = try captures.map { _ in try spool.makeFile() }
    let scattered = try workers.each(parts.count) { number in
      let (vantage, stretch) = parts[number]
      var scatter = Scatter(vantage, assembly, batches, files[vantage])
      try captures[vantage].each(in: stretch) { scatter.take($0, conversation: $1) }
      return try scatter.finish()
    }
    var chunks = captures.map { _ in [[Chunk]](repeating: [], count: batches.count) }
    for ((vantage, _), part) in zip(parts, scattered) {
      for batch in part.indices { chunks[vantage][batch] += part[batch] }
    }
    return zip(files, chunks).map { ScatteredCapture(spool: spool, file: $0, chunks: $1) }
  }
}

internal import Wire

/// Sends the records of one capture, told by their flows' openers, to the batches of their flows, where they wait in file order.
struct Scatter: RecordOutput {
  static let isFirst = false
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
  /// Where the vantage's conversations begin and end among all.
  private let base: Int
  private let end: Int
  private let file: any SpoolFile
  private var piles: [Pile]
  private var chunks: [[Chunk]]
  private var failure: (any Error)?

  init(_ vantage: Int, _ assembly: FlowAssembly, _ batches: FlowBatches, _ file: any SpoolFile) {
    self.assembly = assembly
    self.batches = batches
    self.file = file
    base = assembly.world.base[vantage]
    end = assembly.world.base[vantage + 1]
    piles = [Pile](repeating: Pile(), count: batches.count)
    chunks = [[Chunk]](repeating: [], count: batches.count)
  }

  @inline(__always)
  mutating func take(_ record: Record, conversation: Int) {
    let number = base &+ conversation
    // A file that has changed since it was indexed may show what was not there: its health doubts it.
    guard number < end else { return }
    let member = assembly.members[number]
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
  /// - Throws: the first thing that went wrong.
  consuming func finish() throws -> ScatteredCapture {
    for batch in piles.indices { write(batch) }
    if let failure { throw failure }
    return ScatteredCapture(file: file, chunks: chunks)
  }
}

/// One capture's records, by batch.
struct ScatteredCapture: Sendable {
  fileprivate let file: any SpoolFile
  fileprivate let chunks: [[Scatter.Chunk]]

  /// The records of one batch by flow, each flow's in file order.
  /// - Throws: what the spool throws.
  func column(_ batch: Int, _ flows: Range<Int>) throws -> RecordColumn {
    let numbers = try chunks[batch].map { try file.read($0.flows, as: UInt32.self) }
    var starts = [Int](repeating: 0, count: flows.count + 1)
    for flow in numbers.joined() { starts[Int(flow) - flows.lowerBound + 1] += 1 }
    for place in 1..<starts.count { starts[place] += starts[place - 1] }
    var next = starts
    var records = [Record](repeating: Record(), count: starts[flows.count])
    for (chunk, numbers) in zip(chunks[batch], numbers) {
      for (record, flow) in zip(try file.read(chunk.records, as: Record.self), numbers) {
        records[next[Int(flow) - flows.lowerBound]] = record
        next[Int(flow) - flows.lowerBound] += 1
      }
    }
    return RecordColumn(records: records, starts: starts)
  }
}

/// One vantage's records of a batch, sorted by flow.
struct RecordColumn: Sendable {
  var records: [Record]
  /// Where each of the batch's flows begins; one more than there are flows.
  let starts: [Int]

  func range(of place: Int) -> Range<Int> { starts[place]..<starts[place + 1] }
}

internal import Wire

/// One capture's records, by batch.
struct ScatteredCapture: Sendable {
  private let spool: any Spool
  private let file: any SpoolFile
  private let chunks: [[Scatter.Chunk]]

  init(spool: any Spool, file: any SpoolFile, chunks: [[Scatter.Chunk]]) {
    self.spool = spool
    self.file = file
    self.chunks = chunks
  }

  /// The records of one batch by flow, each flow's in file order.
  /// - Throws: what the spool throws.
  func column(_ batch: Int, _ flows: Range<Int>) throws -> RecordColumn {
    if flows.count == 1 {
      let count = chunks[batch].reduce(0) { $0 + $1.records.count }
      let records = count > LongColumn<Record>.worthwhile ? try longTrack(batch, count) : try whole(batch, count)
      return RecordColumn(records: records, starts: [0, count])
    }
    let numbers = try chunks[batch].map { try file.read($0.flows, as: UInt32.self) }
    var starts = [Int](repeating: 0, count: flows.count + 1)
    for some in numbers {
      for flow in some { starts[Int(flow) - flows.lowerBound + 1] += 1 }
    }
    for place in 1..<starts.count { starts[place] += starts[place - 1] }
    var next = starts
    let records = try [Record](unsafeUninitializedCapacity: starts[flows.count]) { records, filled in
      for (chunk, numbers) in zip(chunks[batch], numbers) {
        let some = try file.read(chunk.records, as: Record.self)
        for index in some.indices {
          let place = Int(numbers[index]) - flows.lowerBound
          records.initializeElement(at: next[place], to: some[index])
          next[place] += 1
        }
      }
      filled = starts[flows.count]
    }
    return RecordColumn(records: Records(records), starts: starts)
  }

  /// All records of a batch, in file order.
  private func whole(_ batch: Int, _ count: Int) throws -> Records {
    var records: [Record] = []
    records.reserveCapacity(count)
    for chunk in chunks[batch] { records += try file.read(chunk.records, as: Record.self) }
    return Records(records)
  }

  /// The same, side by side in a file of their own.
  private func longTrack(_ batch: Int, _ count: Int) throws -> Records {
    let track = try spool.makeFile()
    for chunk in chunks[batch] { _ = try track.append(try file.read(chunk.records, as: Record.self)) }
    return Records(try LongColumn(track, count: count))
  }
}

/// One vantage's records of a batch, sorted by flow.
struct RecordColumn: Sendable {
  let records: Records
  /// Where each of the batch's flows begins; one more than there are flows.
  let starts: [Int]

  func range(of place: Int) -> Range<Int> { starts[place]..<starts[place + 1] }

  /// Of a flow that fills the batch they are not copied.
  func track(_ place: Int) -> Records {
    starts.count == 2 ? records : Records(Array(records.short[range(of: place)]))
  }
}

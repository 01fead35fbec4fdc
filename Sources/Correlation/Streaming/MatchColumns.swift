internal import Wire

/// What matching found out about every record of a batch, in the order of the batch's columns.
struct MatchColumns {
  /// Per vantage, per record.
  private var links: [[StoredLink]]
  private var ahead: [[UInt8]]
  /// Per group: place, from, to, counts of the senders' and of the receivers' records, then those.
  private var unsettled: [Int32] = []

  init(_ records: RecordBatch) {
    links = records.columns.map { _ in [] }
    ahead = records.columns.map { _ in [] }
    // A flow that fills the batch brings its own.
    guard records.flows.count > 1 else { return }
    for (vantage, column) in records.columns.enumerated() {
      links[vantage].reserveCapacity(column.records.count)
      ahead[vantage].reserveCapacity(column.records.count)
    }
  }

  /// Appends the flow at the next place.
  mutating func append(_ match: FlowMatch, _ place: Int) {
    for vantage in links.indices {
      links[vantage].take(match.links[vantage])
      ahead[vantage].take(match.ahead[vantage])
    }
    for group in match.unsettled {
      unsettled += [
        Int32(place), Int32(group.from), Int32(group.to), Int32(group.records.ups.count),
        Int32(group.records.downs.count),
      ]
      unsettled += group.records.ups
      unsettled += group.records.downs
    }
  }

  func write(to file: any SpoolFile) throws -> MatchPieces {
    MatchPieces(
      links: try links.map { try file.append($0) }, ahead: try ahead.map { try file.append($0) },
      unsettled: try file.append(unsettled))
  }

  init(_ pieces: MatchPieces, _ file: any SpoolFile) throws {
    links = try pieces.links.map { try file.read($0, as: StoredLink.self) }
    ahead = try pieces.ahead.map { try file.read($0, as: UInt8.self) }
    unsettled = try file.read(pieces.unsettled, as: Int32.self)
  }

  /// Puts what is known of one flow's records back. Of a flow that fills the batch it is given away: that one has no room for it
  /// twice.
  mutating func restore(_ match: inout FlowMatch, _ place: Int, _ columns: [RecordColumn]) {
    for vantage in columns.indices {
      let range = columns[vantage].range(of: place)
      match.links.append(links[vantage].give(range))
      match.ahead.append(ahead[vantage].give(range))
    }
  }

  /// By place.
  func unsettledGroups() -> [Int: [FlowMatch.Unsettled]] {
    var groups: [Int: [FlowMatch.Unsettled]] = [:]
    var at = 0
    while at + 5 <= unsettled.count {
      let (ups, downs) = (Int(unsettled[at + 3]), Int(unsettled[at + 4]))
      let middle = at + 5 + ups
      groups[Int(unsettled[at]), default: []].append(
        FlowMatch.Unsettled(
          from: Int(unsettled[at + 1]), to: Int(unsettled[at + 2]),
          records: SpotMatch.Unsettled(
            ups: Array(unsettled[at + 5..<middle]), downs: Array(unsettled[middle..<middle + downs]))))
      at = middle + downs
    }
    return groups
  }
}

/// Where the columns of a batch wait.
struct MatchPieces: Sendable {
  var links: [SpoolPiece] = []
  var ahead: [SpoolPiece] = []
  var unsettled = SpoolPiece(offset: 0, count: 0)
}

extension Array {
  /// Appended, or taken over as it is.
  fileprivate mutating func take(_ others: [Element]) {
    if isEmpty, capacity == 0 { self = others } else { self += others }
  }

  /// A copy, or, of all there is, the array itself.
  fileprivate mutating func give(_ range: Range<Int>) -> [Element] {
    guard range.count == count else { return Array(self[range]) }
    defer { self = [] }
    return self
  }
}

/// Flows in stretches of about as many records, each small enough to be worked on in memory: cut by the evidence alone, so that
/// the number of workers never shows.
struct FlowBatches: Sendable {
  private(set) var ranges: [Range<Int>] = []
  /// Per flow.
  private(set) var batchOf: [UInt32] = []

  /// A batch takes about 200 bytes per record while it is worked on.
  private static let size = (least: 1 << 13, most: 1 << 18)
  private static let usualCount = 64
  /// What a flow costs beside its records, in records.
  private static let perFlow = 16

  /// - Parameter records: per flow, at all vantages together.
  init(records: [Int]) {
    let total = records.reduce(0) { $0 &+ $1 &+ Self.perFlow }
    let enough = min(max(total / Self.usualCount, Self.size.least), Self.size.most)
    batchOf.reserveCapacity(records.count)
    var (start, sum) = (0, 0)
    for flow in records.indices {
      sum &+= records[flow] &+ Self.perFlow
      batchOf.append(UInt32(truncatingIfNeeded: ranges.count))
      guard sum >= enough || flow == records.count - 1 else { continue }
      ranges.append(start..<flow + 1)
      (start, sum) = (flow + 1, 0)
    }
  }

  var count: Int { ranges.count }
}

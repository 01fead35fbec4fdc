/// Where an indexer's records go. The first reading of a capture needs none of them, the second one all.
protocol RecordOutput {
  /// Whether this reading is to gather samples for linking.
  static var wantsSamples: Bool { get }
  /// - Parameter conversation: its number at this vantage, in order of first appearance.
  mutating func take(_ record: Record, conversation: Int)
}

/// Nowhere.
struct NoRecords: RecordOutput {
  static let wantsSamples = true
  @inline(__always) mutating func take(_ record: Record, conversation: Int) {}
}

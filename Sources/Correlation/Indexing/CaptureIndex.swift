internal import CaseModel

/// One capture, read once: its records, and which conversation each belongs to.
struct CaptureIndex: Sendable {
  /// In file order. Positions count from the first number seen here; linking makes them comparable.
  var records: [Record] = []
  /// Per record.
  var conversationOf: [UInt32] = []
  var conversations: [Conversation] = []
  var samples: [LinkSample] = []
  var interfaces: [String] = []
  var health = CaptureHealth()
  /// The step of its timestamps in nanoseconds.
  var quantum: Double = 1
  var doubts: [Doubt] = []

  /// Once linked and sorted by flow, records live elsewhere.
  mutating func releasePackets() {
    records = []
    conversationOf = []
    conversations = []
    samples = []
  }
}

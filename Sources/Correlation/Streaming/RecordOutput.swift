/// Where an indexer's records go.
protocol RecordOutput {
  /// Whether this is the first reading: it gathers samples for linking, and finds out how good the capture is.
  static var isFirst: Bool { get }
  /// - Parameter conversation: its number at this vantage, in order of first appearance.
  mutating func take(_ record: Record, conversation: Int)
  /// Whether segments with content of a conversation are asked for.
  func wantsContent(of conversation: Int) -> Bool
  mutating func take(_ content: ContentSample)
  /// Asked in the first reading only.
  mutating func take(_ sample: LinkSample)
}

extension RecordOutput {
  @inline(__always) func wantsContent(of conversation: Int) -> Bool { false }
  mutating func take(_ content: ContentSample) {}
  mutating func take(_ sample: LinkSample) {}
}

/// Samples of content of some conversations, no records.
struct ContentSamples: RecordOutput {
  static let isFirst = false
  /// By conversation.
  let wanted: [Bool]
  private(set) var samples: [ContentSample] = []
  /// Hostile captures may hold anything.
  private static let most = 1 << 22

  init(of wanted: [Bool]) { self.wanted = wanted }

  func wantsContent(of conversation: Int) -> Bool { conversation < wanted.count && wanted[conversation] }

  mutating func take(_ record: Record, conversation: Int) {}

  mutating func take(_ content: ContentSample) {
    if samples.count < Self.most { samples.append(content) }
  }
}

public import CaseModel
internal import Correlation
internal import Evidence
internal import Wire

/// What two ends did on one connection, step by step, as the vantage nearest the accepting end shows it.
public struct DialogueAccount: Sendable {
  public struct Step: Sendable {
    public enum Kind: Sendable, Equatable {
      case opens, accepts, closes, resets
      /// Payload bytes of one message.
      case says(Int64)
      /// Nothing more, until the capture ends.
      case nothing
    }

    public let fromOpener: Bool
    public let kind: Kind
    /// The frame that shows it first; 0 for `nothing`.
    public let frame: UInt32
    /// Since the step before, nanoseconds.
    public let after: Int64
    /// How the message begins, as far as it was captured.
    public let bytes: [UInt8]
  }

  public let flow: FlowName
  public let vantage: VantageName
  public let opener: String
  public let acceptor: String
  public let steps: [Step]

  /// - Parameter choice: which connection, and perhaps where in it.
  /// - Returns: nil where the case has no such connection.
  /// - Throws: what reading a story throws.
  public init?(of choice: FlowChoice, in scene: Scene, _ judgement: Judgement) throws {
    guard let found = try choice.find(in: scene, judgement) else { return nil }
    let story = try scene.timeline.story(found.flow)
    guard let vantage = found.vantage ?? Dialogue.bestVantage(story) ?? Self.fullest(story) else { return nil }
    var dialogue = Dialogue(story, at: vantage)
    if scene.evidence.captures.indices.contains(vantage), let frames = dialogue?.frames {
      dialogue?.fill(FramePayloads(frames, in: scene.evidence.captures[vantage], limit: Dialogue.kept))
    }
    let messages = Self.chosen(dialogue, found.from)
    let alias = story.flow.aliases.first { $0.vantage == vantage } ?? story.flow.aliases.first
    flow = story.flow.name
    self.vantage = scene.timeline.vantages[vantage].name
    opener = alias.map { "\($0.opener)" } ?? "the opener"
    acceptor = alias.map { "\($0.acceptor)" } ?? "the acceptor"
    steps = Self.steps(story.tracks[vantage].records, messages, isWhole: found.from.isEmpty)
  }

  private static func fullest(_ story: FlowStory) -> Int? {
    story.tracks.indices.filter { !story.tracks[$0].records.isEmpty }.max {
      story.tracks[$0].records.count < story.tracks[$1].records.count
    }
  }

  /// All messages; or the one that a frame is of, what its answers are tied by, and else what follows it.
  private static func chosen(_ dialogue: Dialogue?, _ frames: Set<FramePayloads.Frame>) -> [Dialogue.Message] {
    guard var dialogue else { return [] }
    guard !frames.isEmpty else { return dialogue.messages }
    dialogue.split()
    guard let first = dialogue.messages.firstIndex(where: { !frames.isDisjoint(with: $0.frames) }) else { return [] }
    let rest = dialogue.messages[first...]
    if let key = CorrelationKey.learned(from: dialogue.messages),
      let own = key.key(ofRequest: dialogue.messages[first].bytes)
    {
      return rest.filter { message in
        message.fromOpener
          ? message.start == dialogue.messages[first].start : key.keys(ofAnswer: message.bytes).contains(own)
      }
    }
    return Array(rest)
  }

  /// - Parameter isWhole: the connection's beginning and end count, too; else only its end, where nothing was said any more.
  private static func steps(_ records: Records, _ messages: [Dialogue.Message], isWhole: Bool) -> [Step] {
    typealias Event = (time: Int64, order: Int, fromOpener: Bool, kind: Step.Kind, frame: UInt32, bytes: [UInt8])
    let begin = messages.first?.time ?? .min
    var events: [Event] = messages.enumerated().map { number, message in
      (
        message.time, message.reference.index, message.fromOpener, .says(message.end &- message.start),
        records[message.reference.index].frame, message.bytes
      )
    }
    var seen: Set<String> = []
    for (index, record) in records.enumerated() where record.isSegment && (isWhole || record.time >= begin) {
      guard let kind = mark(record), isWhole || ![.opens, .accepts].contains(kind) else { continue }
      guard seen.insert("\(kind) \(record.isFromOpener)").inserted else { continue }
      // What is said with it comes before.
      events.append((record.time, index + 1, record.isFromOpener, kind, record.frame, []))
    }
    events.sort { ($0.time, $0.order) < ($1.time, $1.order) }
    var previous = events.first?.time ?? 0
    var steps: [Step] = events.map { event in
      defer { previous = event.time }
      return Step(
        fromOpener: event.fromOpener, kind: event.kind, frame: event.frame, after: event.time &- previous,
        bytes: event.bytes)
    }
    let end = records.last?.time ?? previous
    let isClosed = events.contains { $0.kind == .closes || $0.kind == .resets }
    if !isClosed { steps.append(Step(fromOpener: false, kind: .nothing, frame: 0, after: end &- previous, bytes: [])) }
    return steps
  }

  private static func mark(_ record: Record) -> Step.Kind? {
    if record.flags.contains(.rst) { return .resets }
    if record.flags.contains(.fin) { return .closes }
    guard record.flags.contains(.syn) else { return nil }
    return record.flags.contains(.ack) ? .accepts : .opens
  }
}

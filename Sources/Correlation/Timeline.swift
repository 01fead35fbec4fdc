public import Alignment
public import CaseModel

/// The case on one time line: aligned vantages, flows followed across address translation, and a story for each.
public struct Timeline: Sendable {
  public let vantages: [Vantage]
  /// The vantage whose clock is the case's, as an index into `vantages`; nil when no capture holds a frame.
  public let reference: Int?
  /// The first packet of all, case time.
  public let t0: CaseTime?
  /// Controller's UTC minus case time, with its half-width in nanoseconds; nil without clock samples.
  public let utc: (offset: Int64, bound: Int64)?
  /// Every flow, in order of first appearance. A flow's index is its story's number.
  public let flows: Flows
  /// Everything about the evidence that came to light here: unaligned vantages, infeasible clocks, one-sided captures.
  public let doubts: [Doubt]
  let stories: StoryStore

  /// Visits every story once, perhaps several at a time; results in flow order.
  ///
  /// A story is alive only inside `body`: memory grows with the largest, not with the case.
  public func eachStory<R: Sendable>(
    _ workers: some Workers, _ body: @Sendable (FlowStory) throws -> R
  ) throws -> [R] {
    try stories.each(workers) { try body($1) }.map(\.result)
  }

  /// The same for who has something to say of a few flows only: of a million flows, the others take no room.
  /// - Parameter body: given a flow's index and its story; nil for nothing to be kept.
  /// - Returns: in flow order.
  public func eachStory<R: Sendable>(
    _ workers: some Workers, keeping body: @Sendable (Int, FlowStory) throws -> R?
  ) throws -> [(flow: Int, result: R)] {
    try stories.each(workers, body)
  }

  /// Visits some stories once; results in the order of `flows`, with nothing for what is no flow's index.
  /// - Throws: what the spool or `body` throws.
  public func eachStory<R: Sendable>(
    of flows: some Collection<Int>, _ body: (FlowStory) throws -> R
  ) throws -> [(flow: Int, result: R)] {
    try stories.each(of: flows, body)
  }

  /// One flow's story.
  /// - Throws: what the spool throws.
  public func story(_ flow: Int) throws -> FlowStory { try stories.story(flow) }
}

/// One capture, aligned.
public struct Vantage: Sendable {
  public let name: VantageName
  public let host: HostName
  public let namespace: NamespaceName
  public let roles: [RoleName]
  /// nil while nothing ties this clock to the reference: its instants have no case time.
  public let clock: ClockMap?
  /// Where its clock was set, in order of time.
  public internal(set) var steps: [ClockStep] = []
  /// Per vantage: how far delays between that one and this one may be off, nanoseconds; infinite where nothing tells.
  public internal(set) var apart: [Double] = []
  public let method: ClockRecord.Method
  public let interfaces: [String]
  /// As citations name them.
  public let files: [String]
  public let health: CaptureHealth
}

/// What is known of a capture's own completeness.
public struct CaptureHealth: Sendable {
  public var frames: Int
  /// Of each of its files.
  public var framesByFile: [Int] = []
  /// The earliest and latest timestamp, unfolded where the clock was set back.
  public var first: HostTime?
  public var last: HostTime?
  /// Dropped by the kernel or the interface; nil where nobody counted.
  public var drops: Int?
  /// The largest number of bytes kept of a frame, where some frame was cut.
  public var snaplen: Int?
  /// Frames that were cut before the end of the TCP header that they carry: of which connection they are, nobody knows.
  public var cutHeaders = 0
  /// The longest frame on the wire, in bytes.
  public var largestFrame = 0
  /// The file ended in the middle, or held what could not be read.
  public var damage: String?
  /// Frames whose timestamp lies more than 1 ms before the frame before them.
  public var backwardSteps: Int
  /// How far a frame's time lies behind that of an earlier frame at most, nanoseconds, clocks that were set back aside.
  public var disorder: Int64
  /// Frames that show again what one just before them showed at the same place (mirror ports, bridges): read once.
  public var copies: Int
  /// Bytes that were sent and acknowledged while this capture watched both, and that it never showed.
  public var unseenAcknowledgedBytes: Int64
  /// Of those, bytes that are not shown both nearer their sender and nearer their receiver by other captures: what else was missed
  /// with them nobody knows.
  public var unwitnessedBytes: Int64
  /// And bytes that were sent before it began, or in its first moments, while its filter was put in place.
  public var beginningBytes: Int64 = 0

  public init(
    frames: Int = 0, first: HostTime? = nil, last: HostTime? = nil, drops: Int? = nil, snaplen: Int? = nil,
    damage: String? = nil, backwardSteps: Int = 0, disorder: Int64 = 0, copies: Int = 0,
    unseenAcknowledgedBytes: Int64 = 0,
    unwitnessedBytes: Int64 = 0
  ) {
    self.frames = frames
    self.first = first
    self.last = last
    self.drops = drops
    self.snaplen = snaplen
    self.damage = damage
    self.backwardSteps = backwardSteps
    self.disorder = disorder
    self.copies = copies
    self.unseenAcknowledgedBytes = unseenAcknowledgedBytes
    self.unwitnessedBytes = unwitnessedBytes
  }

  /// Nothing tells of frames that passed and were not captured, once it had begun: only then is what is missing here missing in the
  /// network.
  public var isWhole: Bool { drops ?? 0 == 0 && unseenAcknowledgedBytes <= beginningBytes }
}

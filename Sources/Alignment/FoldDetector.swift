/// Finds the places in one capture where its host's clock was set back, from the timestamps in record order: one pass, O(1) a frame.
///
/// A timestamp more than 1 ms behind the one before it is either that or a frame out of order. A set clock goes on from where it
/// was set to; disorder is over with a leap forward of about as much.
public struct FoldDetector: Sendable {
  /// Nanoseconds that a timestamp must lie behind the one before it.
  public static let least: Int64 = 1_000_000
  private static let mostOpen = 8
  private static let most = 64
  /// Frames that follow without a leap: so many are no disorder, whatever comes later.
  private static let plenty = 64

  public struct Cut: Hashable, Sendable {
    /// Of the first frame after.
    public var file: Int
    public var frame: UInt32
    /// The last timestamp before and the first after.
    public var before: Int64
    public var after: Int64
    /// How far apart frames stand there, nanoseconds.
    public var spacing: Int64

    public var depth: Int64 { before &- after }
  }

  private struct Candidate: Sendable {
    var cut: Cut
    var frames = 1
    var leap: Int64 = 0

    /// Whether time went on evenly from there.
    var isEven: Bool { leap < cut.depth / 2 }
  }

  private var previous: (time: Int64, file: Int)?
  private var spacing: Int64 = 0
  private var open: [Candidate] = []
  private var found: [Cut] = []

  public init() {}

  @inline(__always)
  public mutating func note(_ time: Int64, file: Int, frame: UInt32) {
    guard let last = previous, last.file == file else { return begin(time, file) }
    previous = (time, file)
    let step = time &- last.time
    if !open.isEmpty { follow(time, step) }
    if step < -Self.least {
      consider(Cut(file: file, frame: frame, before: last.time, after: time, spacing: spacing))
    } else if step > 0 {
      spacing = spacing &+ (step &- spacing) / 16
    }
  }

  /// The cuts in record order.
  public consuming func finish() -> [Cut] {
    closeAll()
    return found.sorted { ($0.file, $0.frame) < ($1.file, $1.frame) }
  }

  /// Between files order is not known: a ring's files may have been named in any.
  private mutating func begin(_ time: Int64, _ file: Int) {
    closeAll()
    previous = (time, file)
  }

  private mutating func consider(_ cut: Cut) {
    guard cut.depth > 0 else { return }
    if open.count == Self.mostOpen { open.removeFirst() }
    open.append(Candidate(cut: cut))
  }

  private mutating func follow(_ time: Int64, _ step: Int64) {
    for number in open.indices.reversed() {
      open[number].frames += 1
      open[number].leap = max(open[number].leap, step)
      let one = open[number]
      let isBack = time >= one.cut.before
      let isPlenty = one.frames >= Self.plenty && time &- one.cut.after > 20 * Self.least
      guard isBack || isPlenty || !one.isEven else { continue }
      if one.isEven, one.frames >= 4 { take(one.cut) }
      open.remove(at: number)
    }
  }

  private mutating func closeAll() {
    for one in open where one.isEven && one.frames >= 2 { take(one.cut) }
    open = []
  }

  private mutating func take(_ cut: Cut) {
    if found.count < Self.most { found.append(cut) }
  }
}

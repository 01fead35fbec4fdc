internal import Wire

/// The samples of one capture, in shares by key: conversations that have a key in common have it in one share. Those that are too
/// many for memory wait in a spool.
struct LinkSamples: Sendable {
  /// Shares.
  static let count = 64
  /// Samples of one share that are written at once.
  private static let chunk = 1 << 11

  private let file: any SpoolFile
  private var pending: [[LinkSample]]
  private var written: [[SpoolPiece]]
  private var failure: (any Error)?

  init(_ file: any SpoolFile) {
    self.file = file
    pending = [[LinkSample]](repeating: [], count: Self.count)
    written = [[SpoolPiece]](repeating: [], count: Self.count)
  }

  /// The lower bits of keys are no better than others: of those the later samples are chosen.
  @inline(__always)
  mutating func append(_ sample: LinkSample) {
    let share = Int(truncatingIfNeeded: sample.key >> 58)
    pending[share].append(sample)
    if pending[share].count == Self.chunk { write(share) }
  }

  @inline(never)
  private mutating func write(_ share: Int) {
    guard failure == nil else { return pending[share].removeAll(keepingCapacity: true) }
    do { written[share].append(try file.append(pending[share])) } catch { failure = error }
    pending[share].removeAll(keepingCapacity: true)
  }

  /// Samples of some shares.
  func count(in shares: Range<Int>) -> Int {
    shares.reduce(0) { count, share in written[share].reduce(count + pending[share].count) { $0 + $1.count } }
  }

  /// Visits the samples of one share, in the order in which they were taken.
  /// - Throws: what the spool throws.
  func each(in share: Int, _ body: (LinkSample) -> Void) throws {
    if let failure { throw failure }
    for piece in written[share] { try file.read(piece, as: LinkSample.self).forEach(body) }
    pending[share].forEach(body)
  }
}

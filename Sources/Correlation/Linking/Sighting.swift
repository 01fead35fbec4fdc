internal import Wire

/// What is kept of a conversation once it is known which flow it is of. There may be millions: small fields fill the gaps.
struct Sighting: Sendable {
  let tuple: FiveTuple
  /// Its packets have others inside: a tunnel between two nodes.
  let isTunnel: Bool
  let kinds: PacketKinds
  /// As in `SequenceSpace`, 0 where none was seen.
  private let segmentLimits: (low: UInt16, high: UInt16)
  /// The earliest and the latest stamp.
  let first: Int64
  let last: Int64
  let records: UInt32
  /// Of its first record.
  let firstFrame: UInt32
  private let windowScales: (low: UInt8?, high: UInt8?)

  init(_ conversation: Conversation) {
    tuple = conversation.tuple
    isTunnel = conversation.isTunnel
    kinds = conversation.kinds
    segmentLimits = (conversation.low.segmentLimit, conversation.high.segmentLimit)
    first = conversation.first
    last = conversation.last
    records = conversation.records
    firstFrame = conversation.firstFrame
    windowScales = (conversation.low.windowScale, conversation.high.windowScale)
  }

  func segmentLimit(ofLow isLow: Bool) -> UInt16 { isLow ? segmentLimits.low : segmentLimits.high }
  func windowScale(ofLow isLow: Bool) -> UInt8? { isLow ? windowScales.low : windowScales.high }
}

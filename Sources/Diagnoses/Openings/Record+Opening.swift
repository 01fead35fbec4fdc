internal import Correlation
internal import Wire

extension Record {
  /// The opener's SYN, any copy of it.
  var isOpening: Bool { isFromOpener && isSegment && flags.contains(.syn) && !flags.contains(.ack) }
}

internal import Wire

/// What two vantages can be trusted to show alike of a packet.
struct MatchShape: Hashable {
  var window = true
  var timestamps = true
  /// What acknowledgments say selectively.
  var blocks = true
}

extension Record {
  /// The same for a packet wherever it is seen, whatever it is cut into or merged with on the way: receive offload merges only
  /// segments that agree in it, segmentation copies it. Positions are compared apart.
  @inline(__always)
  func matchGroup(_ shape: MatchShape) -> UInt64 {
    guard isSegment else {
      // An error is known by what it says, and of which packet; of equal ones, by its own number.
      let error = UInt64(identification) << 48 | UInt64(icmpType) << 40 | UInt64(icmpCode) << 32 | UInt64(icmpMTU)
      return bits.contains(.icmpError)
        ? Mix.fold(error, UInt64(bitPattern: position) ^ 4) : Mix.fold(contentIdentity, UInt64(length) << 8 | 3)
    }
    let kind: UInt64 = flags.contains(.rst) ? 2 : sequenceLength == 0 ? 1 : 0
    let salt = kind << 1 | (flags.contains(.syn) ? 1 : 0) | (shape.window ? UInt64(window) << 16 : 0)
    let group = Mix.fold(UInt64(bitPattern: acknowledged), salt)
    return shape.timestamps ? Mix.fold(group, Mix.pair(timestampValue, timestampEcho)) : group
  }

  /// The bytes that it covers; one for what covers none, so that it is found at its position alone.
  @inline(__always)
  var matchRange: (start: Int64, end: Int64) {
    guard isSegment else { return (0, 1) }
    return (position, position &+ max(1, flags.contains(.rst) ? 1 : sequenceLength))
  }

  /// Data, SYN or FIN: may be cut or merged on the way. Everything else arrives as it was sent.
  @inline(__always)
  var isDivisible: Bool { isSegment && sequenceLength > 0 && !flags.contains(.rst) }
}

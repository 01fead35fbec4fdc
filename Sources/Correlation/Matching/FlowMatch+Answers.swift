internal import Wire

extension FlowMatch {
  /// Whether either end showed that it got anything of what the other sent: by acknowledging, resetting or, without
  /// acknowledgments, sending.
  static func answers(_ tracks: [Records]) -> DirectionPair<Bool> {
    var firsts = DirectionPair<Int64>(fromOpener: .max, fromAcceptor: .max)
    for track in tracks {
      for record in track where record.isSegment && !record.flags.contains(.rst) {
        firsts[record.isFromOpener] = min(firsts[record.isFromOpener], record.position)
      }
    }
    var answers = DirectionPair(fromOpener: false, fromAcceptor: false)
    for track in tracks {
      for record in track where !record.bits.contains(.icmpError) {
        let acknowledges = record.flags.contains(.ack) && record.acknowledged > firsts[!record.isFromOpener]
        if !record.isSegment || record.flags.contains(.rst) || acknowledges { answers[!record.isFromOpener] = true }
        if answers.fromOpener && answers.fromAcceptor { return answers }
      }
    }
    return answers
  }
}

internal import Correlation
internal import Wire

/// A packet by its index among its vantage's records, and by its number among those of its direction.
typealias Sighting = (at: Int, ordinal: Int)

/// What a sender's own capture tells of loss behind it: bytes that were sent again because the receiver asked for them, or because
/// no acknowledgment came in time.
///
/// A receiver repeats the same acknowledgment with every segment that arrives behind a gap (RFC 5681, 4.2), and a sender that hears
/// nothing sends again after a timeout (RFC 6298, 5). Both happen for nothing, too, where packets overtake each other or wait on
/// their way: then the acknowledgment is of the first copy. It is known by the time stamp that it echoes (RFC 3522, 3.2), or because
/// it comes sooner after the second copy than any packet and its acknowledgment take for the way there and back.
struct Requests {
  private struct Copy {
    let sighting: Sighting
    let record: Record
    let isAsked: Bool
    /// Since the bytes were sent for the first time, nanoseconds; nil where that was not seen.
    let since: Int64?
  }

  private var confirmed: [Sighting] = []
  private var pending: [Copy] = []
  private var acknowledged: Int64 = -1
  private var repeats = 0
  /// First transmissions under way: one past their last byte, and when.
  private var underWay: [(end: Int64, time: Int64)] = []
  /// The shortest way there and back, nanoseconds.
  private var shortest: Int64?

  /// What is not acknowledged is remembered of so many segments.
  private static let most = 4_096
  /// No stack takes less than that for a timeout, nor a delayed acknowledgment much more (RFC 9293, 3.8.6.3: half a second; stacks
  /// take less), nanoseconds.
  private static let leastTimeout: Int64 = 150_000_000
  private static let delayedAcknowledgment: Int64 = 60_000_000

  /// Those that nobody answered stand as they are: the capture ended, or the connection did.
  var losses: [Sighting] {
    (confirmed + pending.filter(\.isAsked).map(\.sighting)).sorted { $0.at < $1.at }
  }

  mutating func note(answer record: Record) {
    guard record.flags.contains(.ack) else { return }
    if record.acknowledged > acknowledged {
      measure(record)
      let answered = pending.prefix { $0.record.position < record.acknowledged }
      confirmed += answered.filter { isOfTheCopy(record, $0) }.map(\.sighting)
      pending.removeFirst(answered.count)
      (acknowledged, repeats) = (record.acknowledged, 0)
    } else if record.acknowledged == acknowledged, record.isPureAcknowledgment {
      repeats += 1
    }
  }

  /// Behind the edge too: one round of repeats asks for everything that is missing.
  mutating func note(_ record: Record, _ sighting: Sighting, _ sending: Sending) {
    guard sending == .again else {
      if sending == .first, underWay.count < Self.most {
        underWay.append((record.position &+ record.sequenceLength, record.time))
      }
      return
    }
    guard record.position >= acknowledged else { return }
    let end = record.position &+ record.sequenceLength
    let first = underWay.first { $0.end >= end }?.time
    let copy = Copy(
      sighting: sighting, record: record, isAsked: repeats > 0, since: first.map { record.time &- $0 })
    guard copy.isAsked || isTimeout(copy) else { return }
    // In the order of the stream; of bytes that are sent again and again the last copy is the one that is answered.
    if let known = pending.firstIndex(where: { $0.record.position == record.position }) {
      pending[known] = copy
    } else if pending.count < Self.most {
      pending.insert(copy, at: pending.firstIndex { $0.record.position > record.position } ?? pending.endIndex)
    }
  }

  private func isTimeout(_ copy: Copy) -> Bool {
    guard let since = copy.since, let shortest else { return false }
    return copy.record.position == acknowledged && since >= max(Self.leastTimeout, 4 &* shortest)
  }

  private mutating func measure(_ answer: Record) {
    let taken = underWay.prefix { $0.end <= answer.acknowledged }
    // What was acknowledged with a segment sent again says nothing of the way.
    if let last = taken.last, last.end == answer.acknowledged, pending.isEmpty {
      shortest = min(shortest ?? .max, max(0, answer.time &- last.time))
    }
    underWay.removeFirst(taken.count)
  }

  private func isOfTheCopy(_ answer: Record, _ copy: Copy) -> Bool {
    if answer.bits.contains(.hasTimestamps), copy.record.bits.contains(.hasTimestamps) {
      guard Int32(bitPattern: answer.timestampEcho &- copy.record.timestampValue) >= 0 else { return false }
    }
    let elapsed = answer.time &- copy.record.time
    guard let shortest else { return copy.isAsked }
    guard elapsed >= shortest &- shortest / 4 else { return false }
    return copy.isAsked || elapsed <= 2 &* shortest &+ Self.delayedAcknowledgment
  }
}

internal import Correlation
internal import Wire

/// The window of a stream as Linux connection tracking sees it (`tcp_in_window` in `nf_conntrack_proto_tcp.c`, after Guido van
/// Rooij, "Real Stateful TCP Packet Filtering in IP Filter").
///
/// The tracker stands in the middle and knows only what has passed: how far each side has sent, how far the other side's
/// acknowledgments and windows allow it to go, and the widest window that each side ever offered. A segment must satisfy
///  1. `seq <= the highest edge that the receiver ever allowed`
///  2. `end >= what the sender has sent - the widest window of the receiver`
///  3. `ack <= what the receiver has sent`
///  4. `ack >= what the receiver has sent - max(the widest window of the sender, 66,000)`
///
/// A violation of 1 or 3 is INVALID on every kernel; one of 2 or 4 is INVALID before Linux 6.1, and since then passed over in
/// silence ("netfilter: conntrack: ignore overly delayed tcp packets"). `nf_conntrack_tcp_be_liberal` lifts all four.
struct TrackedWindow {
  enum Standing: Equatable {
    case inside
    /// Its first byte lies this many bytes beyond the highest edge allowed.
    case ahead(Int64)
    /// It ends this many bytes below the end of the stream; `allowed` were.
    case behind(Int64, allowed: Int64)
    /// It acknowledges this many bytes that were never sent.
    case acknowledgesUnsent(Int64)
    /// It acknowledges so many bytes below the peer's stream; `allowed` were.
    case acknowledgesLongAgo(Int64, allowed: Int64)
    /// Below or beyond by some bytes, but how wide the window is was not seen (no handshake in the capture).
    case undecided(Int64)

    /// Below the window: Linux 6.1 and later let it be.
    var isBelow: Bool {
      switch self {
      case .behind, .acknowledgesLongAgo: true
      default: false
      }
    }

    var isOutside: Bool {
      switch self {
      case .inside, .undecided: false
      default: true
      }
    }
  }

  private struct Side {
    /// One past the last byte sent; nil before the first.
    var end: Int64?
    /// The highest edge that the other side's acknowledgments and windows allowed.
    var edge: Int64?
    /// The widest window that this side offered, in bytes.
    var widest: Int64 = 0
  }

  private static let leastAcknowledgmentWindow: Int64 = 66_000
  private var sides = DirectionPair(fromOpener: Side(), fromAcceptor: Side())
  private let scales: DirectionPair<UInt8>?

  init(scales: DirectionPair<UInt8>?) { self.scales = scales }

  /// A segment that the tracker accepted.
  mutating func pass(_ record: Record) {
    guard !record.bits.contains(.icmpError), !record.flags.contains(.rst) else { return }
    let sender = record.isFromOpener
    let end = record.position &+ record.sequenceLength
    sides[sender].end = max(sides[sender].end ?? end, end)
    let window = window(of: record)
    sides[sender].widest = max(sides[sender].widest, window)
    guard record.flags.contains(.ack) else { return }
    let edge = record.acknowledged &+ max(window, 1)
    sides[!sender].edge = max(sides[!sender].edge ?? edge, edge)
  }

  /// Where a segment stands before it passes.
  func standing(of record: Record) -> Standing {
    let sender = sides[record.isFromOpener]
    let receiver = sides[!record.isFromOpener]
    let end = record.position &+ record.sequenceLength
    if let edge = sender.edge, record.position > edge {
      return scales == nil ? .undecided(record.position &- edge) : .ahead(record.position &- edge)
    }
    if let sent = receiver.end, record.flags.contains(.ack), record.acknowledged > sent {
      return .acknowledgesUnsent(record.acknowledged &- sent)
    }
    if let sent = sender.end, record.length > 0, end < sent &- receiver.widest {
      return scales == nil ? .undecided(sent &- end) : .behind(sent &- end, allowed: receiver.widest)
    }
    let reach = max(sender.widest, Self.leastAcknowledgmentWindow)
    if let sent = receiver.end, record.flags.contains(.ack), record.acknowledged < sent &- reach {
      let distance = sent &- record.acknowledged
      return scales == nil ? .undecided(distance) : .acknowledgesLongAgo(distance, allowed: reach)
    }
    return .inside
  }

  /// A SYN's window is never scaled (RFC 7323, 2.2).
  private func window(of record: Record) -> Int64 {
    let shift = record.flags.contains(.syn) ? 0 : min(scales?[record.isFromOpener] ?? 0, 14)
    return Int64(record.window) << Int64(shift)
  }
}

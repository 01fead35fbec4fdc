internal import CaseModel
internal import Correlation

/// One connection's packets on their way across the vantages: those that matter, in order, and the others counted. The drawing in
/// the page and the text in the terminal are both made of it.
struct Ladder: Sendable {
  let flow: FlowName
  /// The opener's side first.
  let stops: [PathStop]
  var rows: [Row]
  /// When the first of the rows happened; nil where no clock is known.
  let origin: CaseTime?
  /// How far each stop's clock may be off from that of the first row's first stop, nanoseconds.
  let apart: [Double]

  var passages: [Passage] {
    rows.compactMap { if case .passage(let passage) = $0 { passage } else { nil } }
  }

  /// Whether some capture shows a packet at several of its host's interfaces.
  var passesTwice: Bool {
    passages.contains { zip($0.sightings, $0.sightings.dropFirst()).contains { $0.stop == $1.stop } }
  }

  enum Row: Sendable {
    case passage(Passage)
    case fold(Fold)
  }

  /// What lies between two rows and is not drawn.
  struct Fold: Sendable {
    var packets = DirectionPair(fromOpener: 0, fromAcceptor: 0)
    var lost = 0
    var unknown = 0
    /// Nanoseconds between the rows; nil where it is not known.
    var length: Int64?
    /// In another language than English.
    var told: String?

    var isEmpty: Bool { packets.fromOpener + packets.fromAcceptor == 0 }
  }
}

/// One packet's way, as far as it was seen.
struct Passage: Sendable {
  var fromOpener: Bool
  var kind: Kind
  /// `SYN`, `1–1,448 (1,448 bytes)`, `ACK 1,449`.
  var label: String
  /// Sender first; never empty.
  var sightings: [Sighting]
  var ending: Ending
  /// Pieces of the same packet that fared alike, this one included.
  var pieces = 1
  var isRetransmission: Bool
  /// In another language than English: the label with what became of it, and what is odd about it.
  var told: (label: String, remarks: [String])?
  /// Its numbers as on the wire, where it was seen first: `sequence 3153163709, acknowledges 3984372152, window 65,152 bytes`.
  var header: String
  /// What it repeats, where that was seen too long before to be the same packet.
  var original: String?

  enum Kind: String, Sendable { case opening, data, acknowledgment, closing, reset, error, datagram }

  /// What came of it after its last sighting.
  enum Ending: Hashable, Sendable {
    /// Nothing lies behind the last place, or what lies there showed its bytes in another packet.
    case arrived
    /// On its way to that stop.
    case lost(toward: Int)
    case unknown(toward: Int)
  }

  /// Its first place on the time line.
  var time: CaseTime? { sightings.lazy.compactMap(\.time).first }
  var isCited: Bool { sightings.contains(where: \.isCited) }
  /// Whether it passed somewhere under a name that belongs to another place.
  var isStray: Bool { sightings.contains(where: \.isStray) }
}

/// A packet at one place: a frame.
struct Sighting: Sendable {
  /// Index into the ladder's stops.
  var stop: Int
  var frame: Int
  var file: String
  var time: CaseTime?
  /// Half-width of that, nanoseconds.
  var bound: Double
  var source: String
  var destination: String
  var isStray: Bool
  var isInTunnel: Bool
  /// As on the wire here: TTL or hop limit.
  var timeToLive: UInt8
  /// What findings say of this frame, with their ids.
  var says: [(finding: String, sentence: String)] = []

  var isCited: Bool { !says.isEmpty }
}

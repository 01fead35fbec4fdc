internal import Wire

/// The way back to a sender that an ICMP error about one of its packets takes: the places that showed the sender's packets, from
/// the last one, each crossed the other way.
///
/// The network may send errors another way; then they are seen at none of these places, and nothing is said of them.
struct ErrorRoute {
  private(set) var places: [Place] = []
  private let names: [UInt16]

  /// - Parameter fromOpener: as the errors count: on behalf of the end that the quoted packets went to.
  init(_ match: FlowMatch, fromOpener: Bool) {
    places = match.shape.paths[!fromOpener].reversed().map(\.crossedBack)
    names = match.shape.names[!fromOpener].reversed()
  }

  /// Where on the route a vantage's record is; nil beside it.
  func index(of record: Record, at vantage: Int) -> Int? {
    let here = Place(record, at: vantage)
    // One place of a one-armed gateway is passed twice, under two names.
    return places.indices.first { places[$0] == here && names[$0] == record.alias }
      ?? places.firstIndex(of: here)
      ?? places.firstIndex { $0.vantage == vantage && $0.direction == record.direction }
  }
}

extension Place {
  fileprivate var crossedBack: Place {
    let back: Packet.Direction =
      switch direction {
      case .inbound: .outbound
      case .outbound: .inbound
      case .unknown: .unknown
      }
    return Place(vantage: vantage, direction: back, interface: interface, isInTunnel: isInTunnel)
  }
}

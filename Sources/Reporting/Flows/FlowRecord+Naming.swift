internal import CaseModel
internal import Correlation

extension FlowRecord {
  init(_ flow: Flow, _ timeline: Timeline) {
    var aliases: [Alias] = []
    for alias in flow.aliases where timeline.vantages.indices.contains(alias.vantage) {
      let own = Alias(
        vantage: timeline.vantages[alias.vantage].name, source: "\(alias.opener)", destination: "\(alias.acceptor)")
      // A stray may wear a name that is regular on the translator's other side.
      if !aliases.contains(own) { aliases.append(own) }
    }
    self.init(
      id: flow.name, protocol: Self.name(ofProtocol: flow.transport),
      aliases: aliases,
      first: flow.first, last: flow.last, packets: flow.records)
  }

  /// IANA's keyword, in lower case.
  private static func name(ofProtocol number: UInt8) -> String {
    switch number {
    case 1: "icmp"
    case 6: "tcp"
    case 17: "udp"
    case 58: "icmp6"
    case 132: "sctp"
    default: "ip-\(number)"
    }
  }
}

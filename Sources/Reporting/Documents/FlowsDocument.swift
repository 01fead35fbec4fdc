public import CaseModel
internal import Correlation
public import Diagnoses

/// `flows.json`: every flow of the case.
public func flowsDocument(_ scene: Scene) -> FlowsDocument {
  FlowsDocument(flows: scene.timeline.flows.map { FlowRecord($0, scene.timeline) })
}

extension FlowRecord {
  /// Aliases of vantages along the flow's way, its regular names before its strays.
  init(_ flow: Flow, _ timeline: Timeline) {
    self.init(
      id: flow.name, protocol: Self.name(ofProtocol: flow.transport),
      aliases: flow.aliases.filter { timeline.vantages.indices.contains($0.vantage) }.map { alias in
        Alias(
          vantage: timeline.vantages[alias.vantage].name, source: "\(alias.opener)", destination: "\(alias.acceptor)")
      },
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

/// Every incident of the lab, in the order in which they are listed.
public enum IncidentCatalog {
  public static let all: [any Incident] = [
    AcceptQueue(),
    Disconnects(),
    IdleReset(),
    MTUBlackhole(),
    MTUBlackhole(isIPv6: true),
    NoResponse(),
    OverlayLoss(),
    PacketLoss(),
    ResetInContainer(),
    ResetThroughNAT(),
    SynUnanswered(),
  ]

  public static func named(_ name: String) -> (any Incident)? { all.first { $0.name == name } }
}

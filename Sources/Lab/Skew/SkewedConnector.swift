public import CaseModel
public import Remotes

/// Opens sessions whose hosts' clocks are wrong by a known amount.
///
/// Namespaces share one wall clock; so what crosses this seam is shifted as if each host had its own: captures, logs,
/// printed instants and clock answers alike. Nothing on the controller's side can tell.
public struct SkewedConnector: Connector {
  private let connector: any Connector
  private let skews: [HostName: ClockSkew]

  /// - Parameter skews: hosts that are not named keep true time.
  public init(_ connector: any Connector, skews: [HostName: ClockSkew]) {
    self.connector = connector
    self.skews = skews
  }

  public func connect(_ target: ConnectionTarget) async throws(Failure) -> any Remote {
    let remote = try await connector.connect(target)
    guard let skew = skews[target.host] else { return remote }
    return SkewedRemote(remote, skew: skew)
  }
}

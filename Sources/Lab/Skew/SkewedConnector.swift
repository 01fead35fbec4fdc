public import CaseModel
public import Remotes

/// Opens sessions whose hosts' clocks are wrong by a known amount.
///
/// Namespaces share one wall clock; so what crosses this seam is shifted as if each host had its own: captures, logs,
/// printed instants and clock answers alike. Nothing on the controller's side can tell.
public struct SkewedConnector: Connector {
  private let connector: any Connector
  private let clocks: SkewedClocks

  /// - Parameter clocks: hosts that are not named keep true time.
  public init(_ connector: any Connector, clocks: SkewedClocks) {
    self.connector = connector
    self.clocks = clocks
  }

  public func connect(_ target: ConnectionTarget) async throws(Failure) -> any Remote {
    let remote = try await connector.connect(target)
    guard clocks[target.host] != nil else { return remote }
    return SkewedRemote(remote, clocks: clocks)
  }
}

public import CaseModel

/// "Connects" to the machine that the program runs on.
public struct LocalConnector: Connector {
  public init() {}

  public func connect(_ target: ConnectionTarget) async throws(Failure) -> any Remote { LocalRemote(host: target.host) }
}

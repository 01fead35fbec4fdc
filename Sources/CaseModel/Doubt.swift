/// Evidence too weak to carry something. Not an error: it is printed in the report, and can keep a case from being healthy.
public struct Doubt: Hashable, Sendable, Codable {
  public var vantage: VantageName?
  public var host: HostName?
  public let says: String
  /// True where a fault could hide behind it: such a doubt turns `healthy` into `inconclusive`.
  public var couldHideFault: Bool

  public init(vantage: VantageName? = nil, host: HostName? = nil, says: String, couldHideFault: Bool = false) {
    self.vantage = vantage
    self.host = host
    self.says = says
    self.couldHideFault = couldHideFault
  }

  private enum CodingKeys: String, CodingKey {
    case vantage, host, says
    case couldHideFault = "could_hide_fault"
  }
}

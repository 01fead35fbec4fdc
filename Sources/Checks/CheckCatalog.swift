/// Every check. A new one is a file in `Catalog/` and a line here.
public enum CheckCatalog {
  public static let all: [any Check.Type] = [
    AddressesCheck.self, ConntrackStatsCheck.self, ConntrackTableCheck.self, CountersCheck.self, InterfaceMTUCheck.self,
    ListenQueueCheck.self, RoutesCheck.self, SysctlCheck.self, UnameCheck.self,
  ]

  public static func check(_ id: String) -> (any Check.Type)? { all.first { $0.id == id } }

  /// - Throws: when there is no such check or its operands make no sense.
  public static func check(for order: CheckOrder) throws(CheckOrder.Refusal) -> any Check {
    guard let type = check(order.id) else { throw CheckOrder.Refusal("there is no check `\(order.id)`") }
    return try type.init(order)
  }
}

/// Where a network namespace sends what.
public struct RoutesCheck: Check {
  public static let id = "routes"
  public static let about = """
    Where a network namespace sends what
    Reads `ip route` and `ip -6 route`. Told are the routes that came or went while captures recorded.
    """
  public static let operands = CheckOperands.none

  public init(_ order: CheckOrder) throws(CheckOrder.Refusal) {}

  public var requests: [ReadoutRequest] { [ReadoutRequest(.routes)] }

  public func judge(_ readouts: PhasedReadouts) -> [Judgement] {
    let (before, after) = readouts.ends(.routes) { Self.routes(in: $0) }
    return [.list(before, after, of: Self.id, subject: "routes", called: "route")]
  }

  static func routes(in text: String) -> [String] {
    ReadoutText.lines(text).map { ReadoutText.words($0).joined(separator: " ") }.filter { !$0.isEmpty }
  }
}

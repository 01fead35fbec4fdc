/// Kernel counters, and how they moved.
public struct CountersCheck: Check {
  public static let id = "counters"
  public static let about = """
    Kernel counters, and how they moved
    Reads `nstat -asz`, or /proc/net/netstat and /proc/net/snmp, in the role's network namespace, without touching nstat's
    history. Names are nstat's: `TcpExtListenOverflows`, `TcpRetransSegs`. A counter that the kernel lacks is absent, not 0.
    """
  public static let operands = CheckOperands.names(of: "counter")

  private let names: [String]

  public init(_ order: CheckOrder) throws(CheckOrder.Refusal) {
    guard order.expect == nil else {
      throw .init("`counters` takes no `expect`", hint: "counters are told with what they rose by")
    }
    guard !order.names.isEmpty else {
      throw .init("`counters` names no counter", hint: "write `counters: [TcpExtListenOverflows]`")
    }
    for name in order.names where !Self.isName(name) {
      throw .init("`\(name)` is not a counter's name", hint: "names are as `nstat -az` prints them: `TcpRetransSegs`")
    }
    names = order.names
  }

  public var requests: [ReadoutRequest] { [ReadoutRequest(.nstat)] }

  public func judge(_ readouts: PhasedReadouts) -> [Judgement] {
    let (before, after) = readouts.ends(.nstat) { CounterReading(parsing: $0).values }
    return names.map { .counter($0, of: Self.id, before: before?[$0], after: after?[$0]) }
  }

  static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, (65...90).contains(first), name.utf8.count <= 64 else { return false }
    return name.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) }
  }
}

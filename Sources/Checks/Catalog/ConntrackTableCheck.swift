/// Tracked connections of some ports, with what NAT made of them.
public struct ConntrackTableCheck: Check {
  public static let id = "conntrack-table"
  public static let about = """
    Tracked connections of some ports, with what NAT made of them
    Reads `conntrack -L` where that loads no module, else /proc/net/nf_conntrack, cut to the ports that are named, 5 s and 10 MB. It
    confirms which connections on both sides of a translator are one, and how long the translator remembers them.
    """
  public static let operands = CheckOperands.ports(isNeeded: true)

  private let ports: [UInt16]

  public init(_ order: CheckOrder) throws(CheckOrder.Refusal) {
    guard !order.ports.isEmpty else {
      throw .init(
        "`conntrack-table` names no port", hint: "write `conntrack-table: { port: 80 }`: a whole table is never read")
    }
    ports = order.ports
  }

  public var requests: [ReadoutRequest] { [ReadoutRequest(.conntrackTable, operands: ports.map { "\($0)" })] }

  public func judge(_ readouts: PhasedReadouts) -> [Judgement] {
    let (before, after) = readouts.ends(.conntrackTable) { ConntrackTable(parsing: $0).entries }
    guard before != nil || after != nil else {
      return [Judgement(check: Self.id, subject: "connections", outcome: .absent, says: "no table was read")]
    }
    func count(_ entries: [ConntrackTable.Entry]?) -> String? {
      entries.map { "\($0.count), \($0.filter(\.isTranslated).count) of them translated" }
    }
    let says = "tracked connections: \(count(before) ?? "not read") before, \(count(after) ?? "not read") after"
    return [
      Judgement(
        check: Self.id, subject: "connections", outcome: .noted, before: count(before), after: count(after), says: says)
    ]
  }
}

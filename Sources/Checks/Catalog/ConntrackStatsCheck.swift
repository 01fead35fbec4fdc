/// What connection tracking refused, dropped or could not insert.
public struct ConntrackStatsCheck: Check {
  public static let id = "conntrack-stats"
  public static let about = """
    What connection tracking refused, dropped or could not insert
    Reads `conntrack -S` where that loads no module, else /proc/net/stat/nf_conntrack, and sums over the CPUs. `invalid` counts
    packets that fit no tracked connection: they pass without NAT. Absent where the kernel tracks no connections.
    """
  public static let operands = CheckOperands.none

  public init(_ order: CheckOrder) throws(CheckOrder.Refusal) {}

  public var requests: [ReadoutRequest] { [ReadoutRequest(.conntrackStatistics)] }

  public func judge(_ readouts: PhasedReadouts) -> [Judgement] {
    let (before, after) = readouts.ends(.conntrackStatistics) { ConntrackStatistics(parsing: $0).values }
    let names = Set((before ?? [:]).keys).union((after ?? [:]).keys).subtracting(["entries"]).sorted()
    guard !names.isEmpty else {
      return [
        Judgement(
          check: Self.id, subject: "conntrack", outcome: .absent,
          says: "connection tracking was not read: the kernel tracks no connections there, or shows nothing of it")
      ]
    }
    return names.map { .counter($0, of: Self.id, before: before?[$0], after: after?[$0]) }
  }
}

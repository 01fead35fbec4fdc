/// The interfaces of a network namespace, their kinds and MTUs.
public struct InterfaceMTUCheck: Check {
  public static let id = "interface-mtu"
  public static let about = """
    The interfaces of a network namespace, their kinds and MTUs
    Reads `ip -d -s link`, else what the kernel lists in /proc/net/dev, which has no MTU. Errors and drops of each interface come
    along.
    """
  public static let operands = CheckOperands.none

  public init(_ order: CheckOrder) throws(CheckOrder.Refusal) {}

  public var requests: [ReadoutRequest] { [ReadoutRequest(.interfaces)] }

  public func judge(_ readouts: PhasedReadouts) -> [Judgement] {
    let (before, after) = readouts.ends(.interfaces) { text in
      Dictionary(NetworkInterface.parse(text).map { ($0.name, $0.mtu) }, uniquingKeysWith: { first, _ in first })
    }
    return Set((before ?? [:]).keys).union((after ?? [:]).keys).sorted().map { name in
      judge(name, before: before?[name] ?? nil, after: after?[name] ?? nil)
    }
  }

  private func judge(_ name: String, before: Int?, after: Int?) -> Judgement {
    let says =
      switch (before, after) {
      case (nil, nil): "the MTU of `\(name)` was not read"
      case (let before?, let after?) where before != after: "the MTU of `\(name)` went from \(before) to \(after)"
      case (_, let mtu?), (let mtu?, _): "the MTU of `\(name)` is \(mtu)"
      }
    return Judgement(
      check: Self.id, subject: name, outcome: before == nil && after == nil ? .absent : .noted,
      before: before.map { "\($0)" }, after: after.map { "\($0)" }, says: says)
  }
}

/// A kernel setting, and whether it is as expected.
public struct SysctlCheck: Check {
  public static let id = "sysctl"
  public static let about = """
    A kernel setting, and whether it is as expected
    Reads /proc/sys in the role's network namespace; nothing is set. `expect` is compared with the kernel's own text, white
    space aside, and `why` is printed where it does not hold. A setting that the kernel lacks is absent, not 0.
    """
  public static let operands = CheckOperands.names(of: "sysctl key")

  private let order: CheckOrder

  public init(_ order: CheckOrder) throws(CheckOrder.Refusal) {
    guard !order.names.isEmpty else { throw .init("`sysctl` names no key", hint: "write `sysctl: net.core.somaxconn`") }
    for key in order.names where !Self.isKey(key) {
      throw .init(
        "`\(key)` is not a sysctl key", hint: "a key is words joined by dots, such as `net.ipv4.tcp_timestamps`")
    }
    self.order = order
  }

  public var requests: [ReadoutRequest] { [ReadoutRequest(.sysctl, operands: order.names)] }

  public func judge(_ readouts: PhasedReadouts) -> [Judgement] {
    let (before, after) = readouts.ends(.sysctl) { SysctlReading(parsing: $0).values }
    return order.names.map { judge($0, before: before?[$0], after: after?[$0]) }
  }

  private func judge(_ key: String, before: String?, after: String?) -> Judgement {
    func judgement(_ outcome: Judgement.Outcome, _ says: String) -> Judgement {
      Judgement(check: Self.id, subject: key, outcome: outcome, before: before, after: after, says: says)
    }
    let values = [before, after].compactMap { $0 }
    guard let value = values.last else {
      return judgement(.absent, "`\(key)` was not read: the kernel has no such key")
    }
    let change = values.first == value ? "" : ", and was \(values[0]) before"
    guard let expected = order.expect.map({ SysctlReading.normalized($0) }) else {
      return judgement(.noted, "`\(key)` is \(value)\(change)")
    }
    guard values.contains(where: { $0 != expected }) else {
      return judgement(.held, "`\(key)` is \(value), as expected")
    }
    let reason = order.why.map { ": \($0)" } ?? ""
    return judgement(.broken, "`\(key)` is \(value)\(change), not \(expected)\(reason)")
  }

  /// Segments of plain characters joined by single dots, so that no key leads out of /proc/sys. A `/` stands for a dot inside
  /// an interface's name.
  static func isKey(_ key: String) -> Bool {
    let segments = key.split(separator: ".", omittingEmptySubsequences: false)
    return segments.count > 1 && key.utf8.count <= 200
      && segments.allSatisfy { segment in
        !segment.isEmpty && segment.first != "/" && segment.last != "/" && !segment.contains("//")
          && segment.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
              || [UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "@")].contains($0)
          }
      }
  }
}

/// Which addresses a network namespace has.
public struct AddressesCheck: Check {
  public static let id = "addresses"
  public static let about = """
    Which addresses a network namespace has
    Reads `ip addr`. With it a packet's addresses tell whose they are: a RST from an address that no host of the case has came
    from somewhere else.
    """
  public static let operands = CheckOperands.none

  public init(_ order: CheckOrder) throws(CheckOrder.Refusal) {}

  public var requests: [ReadoutRequest] { [ReadoutRequest(.addresses)] }

  public func judge(_ readouts: PhasedReadouts) -> [Judgement] {
    let (before, after) = readouts.ends(.addresses) { Self.addresses(in: $0) }
    return [.list(before, after, of: Self.id, subject: "addresses", called: "address")]
  }

  /// What stands behind `inet` and `inet6`, loopback's left out.
  static func addresses(in text: String) -> [String] {
    let words = ReadoutText.lines(text).flatMap { ReadoutText.words($0) }
    return zip(words, words.dropFirst()).compactMap { word, next in
      guard word == "inet" || word == "inet6", !next.hasPrefix("127."), !next.hasPrefix("::1/") else { return nil }
      return String(next)
    }
  }
}

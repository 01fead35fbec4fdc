/// A TCP, UDP or SCTP port, 1 to 65535.
public struct Port: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let number: UInt16

  /// nil for 0 and for what does not fit.
  public init?(_ number: Int) {
    guard let number = UInt16(exactly: number), number > 0 else { return nil }
    self.number = number
  }

  /// nil unless decimal digits only.
  public init?(_ text: String) {
    guard text.utf8.count <= 5, text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text) else {
      return nil
    }
    self.init(number)
  }

  public static func < (a: Self, b: Self) -> Bool { a.number < b.number }
  public var description: String { "\(number)" }
}

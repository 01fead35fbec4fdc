/// An instant on the case's one aligned time line: nanoseconds since 1970 by the reference vantage's clock.
///
/// Made only by clock alignment. How far it may be off is not in it but in the clock map that made it.
public struct CaseTime: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  public let nanoseconds: Int64

  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }
  public func since(_ earlier: CaseTime) -> Int64 { nanoseconds &- earlier.nanoseconds }
  public func advanced(by nanoseconds: Int64) -> CaseTime { CaseTime(nanoseconds: self.nanoseconds &+ nanoseconds) }

  /// `2026-11-21T05:10:33.000000000Z`.
  public var description: String { Instant.text(nanoseconds) }

  public init(from decoder: any Decoder) throws {
    self.init(nanoseconds: try HostTime(from: decoder).nanoseconds)
  }

  public func encode(to encoder: any Encoder) throws {
    try HostTime(nanoseconds: nanoseconds).encode(to: encoder)
  }
}

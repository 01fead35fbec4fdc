/// An instant as one host's own clock told it: nanoseconds since 1970, by that clock.
///
/// Deliberately not `Comparable`: which of two hosts' instants came first is not known before their clocks are aligned.
/// Only a `ClockMap` makes a `CaseTime` of it. Differences within one host are meaningful and are asked for by name.
public struct HostTime: Hashable, Sendable, Codable {
  public let nanoseconds: Int64

  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// Nanoseconds from `earlier` to here; both must come from the same host's clock. Wraps rather than traps.
  public func since(_ earlier: HostTime) -> Int64 { nanoseconds &- earlier.nanoseconds }

  public func advanced(by nanoseconds: Int64) -> HostTime { HostTime(nanoseconds: self.nanoseconds &+ nanoseconds) }

  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let nanoseconds = Instant.nanoseconds(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "`\(text)` is not an instant"))
    }
    self.init(nanoseconds: nanoseconds)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(Instant.text(nanoseconds))
  }
}

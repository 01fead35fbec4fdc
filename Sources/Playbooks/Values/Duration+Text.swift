/// How a playbook writes durations: `250ms`, `60s`, `5m`, `1h30m`, `2d`.
extension Duration {
  /// Above this no duration of a playbook makes sense: 30 days.
  static let longestWritten = Duration.seconds(30 * 86_400)

  /// nil for anything else, a bare number, and more than 30 days.
  init?(written text: String) {
    var rest = text.filter { $0 != " " }[...]
    var nanoseconds: Int64 = 0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(digits.count)
      let unit = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(unit.count)
      guard let scale = Self.writtenUnits[String(unit)], let part = Decimals.scaled(digits, by: scale) else {
        return nil
      }
      let (sum, overflow) = nanoseconds.addingReportingOverflow(part)
      guard !overflow else { return nil }
      nanoseconds = sum
    }
    self = .nanoseconds(nanoseconds)
    guard self <= Self.longestWritten else { return nil }
  }

  private static let writtenUnits: [String: Int64] = [
    "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000, "min": 60_000_000_000, "h": 3_600_000_000_000,
    "d": 86_400_000_000_000,
  ]

  /// The shortest text that reads back: `5m`, `1h30m`, `1500ms`.
  public var written: String {
    let milliseconds = components.seconds &* 1000 &+ components.attoseconds / 1_000_000_000_000_000
    guard milliseconds % 1000 == 0 else { return "\(milliseconds)ms" }
    let seconds = milliseconds / 1000
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")].filter { $0.0 != 0 }
    return parts.isEmpty ? "0s" : parts.map { "\($0.0)\($0.1)" }.joined()
  }
}

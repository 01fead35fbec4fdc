/// A number of bytes. `MB` is 1,000,000, as disks and `tcpdump -C` count; `MiB` is 1,048,576.
public struct ByteCount: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let bytes: Int64

  public init(bytes: Int64) { self.bytes = bytes }
  public static func megabytes(_ count: Int64) -> ByteCount { ByteCount(bytes: count &* 1_000_000) }

  /// `100MB`, `1.5 GiB`, `4096B`; nil for anything else, for a bare number, and above 8 EB.
  public init?(_ text: String) {
    let text = text.filter { $0 != " " }
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let unit = Self.units[text.dropFirst(digits.count).lowercased()],
      let bytes = Decimals.scaled(digits, by: unit)
    else { return nil }
    self.init(bytes: bytes)
  }

  public static func < (a: Self, b: Self) -> Bool { a.bytes < b.bytes }

  public var description: String {
    for (name, size) in [("GB", Int64(1_000_000_000)), ("MB", 1_000_000), ("kB", 1_000)]
    where bytes >= size && bytes % size == 0 {
      return "\(bytes / size) \(name)"
    }
    return "\(bytes) B"
  }

  /// The same, or as little more as makes it whole: `21 MB`.
  public var inMegabytes: ByteCount { .megabytes(bytes / 1_000_000 + (bytes % 1_000_000 > 0 ? 1 : 0)) }

  private static let units: [String: Int64] = [
    "b": 1, "kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000, "tb": 1_000_000_000_000,
    "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
    "k": 1_000, "m": 1_000_000, "g": 1_000_000_000,
  ]
}

/// Decimal numbers with a fraction, without floating point.
enum Decimals {
  /// `digits` times `unit`, rounded down; nil unless it reads `12` or `1.5`, with at most nine places, and fits.
  static func scaled(_ digits: some StringProtocol, by unit: Int64) -> Int64? {
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count),
      parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let whole = Int64(parts[0])
    else { return nil }
    let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
    guard !overflow else { return nil }
    guard parts.count == 2 else { return product }
    guard parts[1].utf8.count <= 9, let fraction = Int64(parts[1]) else { return nil }
    var divisor: Int64 = 1
    for _ in 0..<parts[1].utf8.count { divisor *= 10 }
    let part = unit.multipliedFullWidth(by: fraction)
    let (sum, tooLarge) = product.addingReportingOverflow(divisor.dividingFullWidth(part).quotient)
    return tooLarge ? nil : sum
  }
}

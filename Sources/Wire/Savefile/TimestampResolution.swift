/// The unit that a capture's timestamps count in.
public enum TimestampResolution: Hashable, Sendable {
  /// Units of 10^-n seconds: 6 for microseconds.
  case decimal(UInt8)
  /// Units of 2^-n seconds.
  case binary(UInt8)

  public static let microseconds = TimestampResolution.decimal(6)
  public static let nanoseconds = TimestampResolution.decimal(9)

  /// pcapng's `if_tsresol`: the most significant bit tells binary from decimal.
  init(optionByte: UInt8) {
    self = optionByte & 0x80 != 0 ? .binary(optionByte & 0x7f) : .decimal(optionByte)
  }

  /// One unit in nanoseconds, 0 where a unit is smaller than that.
  public var nanosecondsPerUnit: Int64 {
    switch self {
    case .decimal(let digits): digits <= 9 ? powerOfTen(9 - digits) : 0
    case .binary(let bits): bits < 30 ? 1_000_000_000 >> Int64(bits) : 0
    }
  }

  /// One unit in nanoseconds where it is a whole number of them, else 0.
  var exactUnit: Int64 { if case .decimal = self { nanosecondsPerUnit } else { 0 } }

  /// Nanoseconds of so many units. Wraps for instants more than 292 years from 1970, which only a damaged capture holds.
  func nanoseconds(_ units: UInt64) -> Int64 {
    switch self {
    case .decimal(let digits) where digits <= 9:
      return Int64(truncatingIfNeeded: units &* UInt64(bitPattern: powerOfTen(9 - digits)))
    case .decimal(let digits):
      return digits - 9 <= 18 ? Int64(truncatingIfNeeded: units / UInt64(bitPattern: powerOfTen(digits - 9))) : 0
    case .binary(let bits):
      let product = units.multipliedFullWidth(by: 1_000_000_000)
      if bits >= 64 { return Int64(truncatingIfNeeded: product.high >> UInt64(bits - 64)) }
      if bits == 0 { return Int64(truncatingIfNeeded: product.low) }
      return Int64(truncatingIfNeeded: product.high << UInt64(64 - bits) | product.low >> UInt64(bits))
    }
  }

  /// - Precondition: `digits` is at most 18.
  private func powerOfTen(_ digits: UInt8) -> Int64 { (0..<digits).reduce(1) { power, _ in power &* 10 } }
}

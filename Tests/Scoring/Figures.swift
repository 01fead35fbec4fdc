/// Numbers as the goal table shows them.
enum Figures {
  /// `99.97 %`, with as many digits as it takes to see what is missing.
  static func percent(_ share: Double) -> String {
    guard share < 1 else { return "100 %" }
    let missing = (1 - share) * 1e7
    return "\(rounded((1e7 - missing.rounded()) / 1e5, 5)) %"
  }

  /// `3 of 41,000 (7.3e-5)`.
  static func share(_ part: Int, _ whole: Int) -> String {
    guard part > 0 else { return "0 of \(whole)" }
    return "\(part) of \(whole) (\(scientific(Double(part) / Double(max(1, whole)))))"
  }

  static func scientific(_ value: Double) -> String {
    var (mantissa, exponent) = (value, 0)
    while mantissa < 1, mantissa > 0 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    return "\(rounded(mantissa, 1))e\(exponent)"
  }

  static func rounded(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return "-" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    return "\((value * scale).rounded() / scale)"
  }

  static func microseconds(_ nanoseconds: Double) -> String { "\(rounded(nanoseconds / 1e3, 2)) us" }

  /// The value that so much of all lies at or below.
  static func quantile(_ share: Double, _ values: [Double]) -> Double {
    guard !values.isEmpty else { return .infinity }
    return values.sorted()[min(values.count - 1, Int(Double(values.count) * share))]
  }
}

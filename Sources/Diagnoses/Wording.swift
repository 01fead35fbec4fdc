internal import CaseModel

/// Numbers and lists as sentences want them.
public enum Wording {
  /// `1,242,896`.
  public static func grouped(_ number: Int64) -> String {
    let digits = Array(String(number.magnitude).utf8)
    var text = number < 0 ? "-" : ""
    for (position, digit) in digits.enumerated() {
      if position > 0, (digits.count - position).isMultiple(of: 3) { text += "," }
      text.unicodeScalars.append(Unicode.Scalar(digit))
    }
    return text
  }

  /// `1 flow`, `2 flows`, `2,041 flows`.
  public static func count(_ number: Int, _ noun: String, plural: String? = nil) -> String {
    "\(grouped(Int64(number))) \(number == 1 ? noun : plural ?? noun + "s")"
  }

  /// `a`, `a and b`, `a, b and c`.
  public static func list(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + last
  }

  /// ``at `a` ``, ``between `a` and `b` ``, ``beyond `a` ``: where something happens to packets on their way.
  static func place(_ location: Location) -> String {
    switch (location.from, location.to) {
    case (let from?, let to?): from == to ? "at `\(from)`" : "between `\(from)` and `\(to)`"
    case (let from?, nil): "beyond `\(from)`"
    case (nil, let to?): "before `\(to)`"
    case (nil, nil): "on the way"
    }
  }

  /// `12 us`, `3.4 ms`, `2.92 s`: two or three significant digits, never more than the value can bear.
  public static func duration(nanoseconds: Int64) -> String {
    let value = Double(nanoseconds.magnitude)
    let (scaled, unit) =
      value >= 1e9
      ? (value / 1e9, "s") : value >= 1e6 ? (value / 1e6, "ms") : value >= 1e3 ? (value / 1e3, "us") : (value, "ns")
    return "\(decimal(scaled, digits: scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2)) \(unit)"
  }

  /// A number with a fixed count of decimals, rounded half up; no locale. Values that do not fit are written as they are.
  public static func decimal(_ value: Double, digits: Int) -> String {
    let digits = max(0, min(9, digits))
    let power = (0..<digits).reduce(Int64(1)) { product, _ in product * 10 }
    let scaled = (value.magnitude * Double(power)).rounded()
    guard scaled.isFinite, scaled < 9e18 else { return "\(value)" }
    let whole = Int64(scaled)
    let sign = value < 0 && whole != 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    let fraction = String(whole % power)
    return "\(sign)\(whole / power)." + String(repeating: "0", count: digits - fraction.utf8.count) + fraction
  }
}

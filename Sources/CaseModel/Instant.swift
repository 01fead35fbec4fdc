/// The text of an instant, RFC 3339 in UTC with nine decimals, and back. No locale, no time zone data, no clock.
///
/// Days are counted by the proleptic Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
public enum Instant {
  /// `2026-11-21T05:10:33.000000000Z`.
  public static func text(_ nanoseconds: Int64) -> String {
    let (seconds, fraction) = split(nanoseconds)
    return "\(dateTime(seconds, separators: true)).\(padded(fraction, 9))Z"
  }

  /// `20261121T051033Z`, for names of cases.
  public static func compact(_ nanoseconds: Int64) -> String {
    dateTime(split(nanoseconds).seconds, separators: false) + "Z"
  }

  /// `1795237833.000000123`, as a host's shell writes an instant.
  public static func epochText(_ nanoseconds: Int64) -> String {
    let (seconds, fraction) = split(nanoseconds)
    return "\(seconds).\(padded(fraction, 9))"
  }

  /// Reads RFC 3339 in UTC (`Z`), or epoch seconds with up to nine decimals; nil for anything else.
  public static func nanoseconds(_ text: String) -> Int64? {
    text.utf8.contains(UInt8(ascii: "T")) ? rfc3339(text) : epoch(text)
  }

  private static func split(_ nanoseconds: Int64) -> (seconds: Int64, fraction: Int64) {
    let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return remainder < 0 ? (quotient - 1, remainder + 1_000_000_000) : (quotient, remainder)
  }

  private static func dateTime(_ seconds: Int64, separators: Bool) -> String {
    let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    let ofDay = seconds - day * 86_400
    let date = civil(day)
    let (dash, colon) = separators ? ("-", ":") : ("", "")
    return "\(padded(date.year, 4))\(dash)\(padded(date.month, 2))\(dash)\(padded(date.day, 2))T"
      + "\(padded(ofDay / 3_600, 2))\(colon)\(padded(ofDay / 60 % 60, 2))\(colon)\(padded(ofDay % 60, 2))"
  }

  private static func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func rfc3339(_ text: String) -> Int64? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z"),
      let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
      let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
      (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
    else { return nil }
    var fraction: Int64 = 0
    if bytes.count > 20 {
      guard bytes[19] == UInt8(ascii: "."), let value = decimals(bytes[20..<(bytes.count - 1)]) else { return nil }
      fraction = value
    }
    return nanoseconds(
      seconds: days(year: year, month: month, day: day) * 86_400 + hour * 3_600 + minute * 60 + second, fraction)
  }

  private static func epoch(_ text: String) -> Int64? {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, let seconds = number(Array(whole)[...]) else { return nil }
    guard parts.count == 2 else { return nanoseconds(seconds: seconds, 0) }
    return decimals(Array(parts[1])[...]).flatMap { nanoseconds(seconds: seconds, $0) }
  }

  private static func nanoseconds(seconds: Int64, _ fraction: Int64) -> Int64? {
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? nil : product.addingReportingOverflow(fraction).overflow ? nil : product + fraction
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
    guard !digits.isEmpty, digits.count <= 18, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int64($1 - 48) }
  }

  private static func decimals(_ digits: ArraySlice<UInt8>) -> Int64? {
    guard digits.count <= 9, let value = number(digits) else { return nil }
    return (digits.count..<9).reduce(value) { value, _ in value * 10 }
  }
}

/// Host patterns with ranges, as Ansible writes them: `web[01:50].example`, `db-[a:f]`, `n[0:10:2]`.
enum HostRange {
  /// More is a mistake, or somebody's attack.
  static let most = 10_000

  /// The names that a pattern stands for, itself where it has no range; nil for a range that is none, or too many names.
  static func expand(_ pattern: String) -> [String]? {
    guard let open = pattern.firstIndex(of: "[") else { return [pattern] }
    guard let close = pattern[open...].firstIndex(of: "]"),
      let values = values(pattern[pattern.index(after: open)..<close]),
      let rest = expand(String(pattern[pattern.index(after: close)...])), values.count <= most / max(1, rest.count)
    else { return nil }
    let head = pattern[..<open]
    return values.flatMap { value in rest.map { "\(head)\(value)\($0)" } }
  }

  private static func values(_ text: Substring) -> [String]? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard (2...3).contains(parts.count), let step = parts.count == 3 ? Int(parts[2]) : 1, (1...most).contains(step)
    else {
      return nil
    }
    return numbers(parts[0].isEmpty ? "0" : parts[0], parts[1], step) ?? letters(parts[0], parts[1], step)
  }

  /// As many digits as the first has, if that opens with a zero.
  private static func numbers(_ first: String, _ last: String, _ step: Int) -> [String]? {
    guard let from = Int(first), let to = Int(last), from >= 0, to >= from, (to - from) / step < most,
      first.utf8.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    let width = first.hasPrefix("0") ? first.utf8.count : 0
    return stride(from: from, through: to, by: step).map { number in
      let digits = "\(number)"
      return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
  }

  private static func letters(_ first: String, _ last: String, _ step: Int) -> [String]? {
    guard let from = first.utf8.first, let to = last.utf8.first, first.utf8.count == 1, last.utf8.count == 1,
      to >= from,
      [65...90, 97...122].contains(where: { (range: ClosedRange<UInt8>) in range.contains(from) && range.contains(to) })
    else { return nil }
    return stride(from: Int(from), through: Int(to), by: step).map {
      String(decoding: [UInt8(truncatingIfNeeded: $0)], as: UTF8.self)
    }
  }
}

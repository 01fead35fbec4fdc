/// Connection tracking's own counters, summed over the CPUs: `invalid`, `insert_failed`, `drop`, ...
///
/// Reads `conntrack -S` (a line per CPU, decimal) and /proc/net/stat/nf_conntrack (names above, a line per CPU, hexadecimal).
public struct ConntrackStatistics: Hashable, Sendable {
  /// Empty where connection tracking is absent.
  public let values: [String: Int64]

  /// Total: lines of another shape are passed over.
  public init(parsing text: String) {
    let lines = ReadoutText.lines(text)
    if let first = lines.first, ReadoutText.words(first).first == "entries" {
      values = Self.table(lines)
    } else {
      values = Self.perCPU(lines)
    }
  }

  private static func perCPU(_ lines: [Substring]) -> [String: Int64] {
    var values: [String: Int64] = [:]
    for line in lines {
      let words = ReadoutText.words(line)
      guard words.first?.hasPrefix("cpu=") == true else { continue }
      for word in words.dropFirst() {
        guard let (key, value) = ReadoutText.pair(word), let number = Int64(value) else { continue }
        values[String(key), default: 0] &+= number
      }
    }
    return values
  }

  private static func table(_ lines: [Substring]) -> [String: Int64] {
    var values: [String: Int64] = [:]
    let names = ReadoutText.words(lines[0])
    for line in lines.dropFirst() {
      let words = ReadoutText.words(line)
      guard words.count == names.count else { continue }
      for (name, word) in zip(names, words) {
        guard let number = Int64(word, radix: 16) else { continue }
        // The table's size is the same number on every CPU's line.
        values[String(name), default: 0] = name == "entries" ? number : (values[String(name)] ?? 0) &+ number
      }
    }
    return values
  }
}

/// Kernel counters by the names of `nstat`: `TcpExtListenOverflows`, `IpInDelivers`.
///
/// Reads `nstat`'s own output, /proc/net/netstat and /proc/net/snmp (a line of names above a line of numbers), /proc/net/snmp6,
/// and any of them after another.
public struct CounterReading: Hashable, Sendable {
  /// A counter that the kernel lacks is not in here, and never 0.
  public let values: [String: Int64]

  /// Total: lines of another shape are passed over.
  public init(parsing text: String) {
    var values: [String: Int64] = [:]
    var header: [Substring] = []
    for line in ReadoutText.lines(text) {
      let words = ReadoutText.words(line)
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      if first.hasSuffix(":") {
        if header.first == first, header.count == words.count, Int64(words.dropFirst().first ?? "") != nil {
          Self.add(names: header, numbers: words, to: &values)
          header = []
        } else {
          header = words
        }
      } else if (2...3).contains(words.count), let value = Int64(words[1]), Self.isName(first) {
        values[String(first)] = value
      }
    }
    self.values = values
  }

  private static func add(names: [Substring], numbers: [Substring], to values: inout [String: Int64]) {
    let prefix = names[0].dropLast()
    for (name, number) in zip(names, numbers).dropFirst() {
      guard let value = Int64(number) else { continue }
      values["\(prefix)\(name)"] = value
    }
  }

  private static func isName(_ word: Substring) -> Bool {
    guard let first = word.utf8.first, (65...90).contains(first) else { return false }
    return word.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) }
  }
}

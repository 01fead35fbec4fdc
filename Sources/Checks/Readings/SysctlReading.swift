/// Kernel settings as `sysctl` prints them: `key = value`.
public struct SysctlReading: Hashable, Sendable {
  /// A key that the kernel lacks is not in here. White space inside a value is single spaces.
  public let values: [String: String]

  /// Total: lines of another shape are passed over; of a key printed twice the last counts.
  public init(parsing text: String) {
    var values: [String: String] = [:]
    for line in ReadoutText.lines(text) {
      guard let (key, value) = ReadoutText.pair(line) else { continue }
      let name = ReadoutText.words(key)
      guard name.count == 1, let name = name.first, name.utf8.contains(UInt8(ascii: ".")) else { continue }
      values[String(name)] = Self.normalized(value)
    }
    self.values = values
  }

  /// As two values are compared: `4096\t131072` equals `4096 131072`.
  public static func normalized(_ value: some StringProtocol) -> String {
    ReadoutText.words(value).joined(separator: " ")
  }
}

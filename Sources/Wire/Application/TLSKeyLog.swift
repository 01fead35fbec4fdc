/// Session keys as TLS libraries write them down where `SSLKEYLOGFILE` asks for it, one a line: `LABEL CLIENT-RANDOM SECRET`
/// (draft-ietf-tls-keylogfile). What is no such line is left out, and so is what stands there already.
public struct TLSKeyLog: Sendable {
  /// Lines, each with its end.
  public private(set) var bytes: [UInt8] = []
  /// How many keys.
  public var count: Int { seen.count }
  private var seen: Set<ArraySlice<UInt8>> = []

  /// Bytes that are kept at most: some 100,000 sessions.
  public static let most = 64 << 20

  public init() {}

  /// Takes the keys of a file.
  /// - Returns: false when not all fit.
  @discardableResult
  public mutating func add(_ text: [UInt8]) -> Bool {
    for line in text.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
      guard Self.isKey(line), !seen.contains(line) else { continue }
      guard bytes.count &+ line.count < Self.most else { return false }
      seen.insert(line)
      bytes += line
      bytes.append(UInt8(ascii: "\n"))
    }
    return true
  }

  private static func isKey(_ line: ArraySlice<UInt8>) -> Bool {
    let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard words.count == 3, line.count <= 1_024 else { return false }
    return words[0].allSatisfy(isLabel) && words[1].allSatisfy(isDigit) && words[2].allSatisfy(isDigit)
      && !words[0].isEmpty && words[1].count == 64 && !words[2].isEmpty
  }

  private static func isLabel(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
    default: false
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}

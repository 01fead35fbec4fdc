internal import CaseModel

/// Text of a case as a value of a table that other programs read.
///
/// What a spreadsheet would take for a formula, once somebody has made CSV of the table, has an apostrophe in front: names and log
/// lines come from machines in trouble, or from somebody else.
enum TableText {
  /// A row with its line feed, its values made harmless.
  /// - Throws: `EncodingError` for a number that JSON cannot hold.
  static func line(_ row: some Encodable) throws -> [UInt8] { harmless(try JSONText.line(row)) }

  /// - Throws: `EncodingError`.
  static func json(_ text: String) throws -> [UInt8] {
    // A text alone is no row: as one it would have no column.
    let row = try JSONText.line([text]).dropFirst().dropLast(2)
    return Array(harmless([UInt8(ascii: "\""), UInt8(ascii: ":")] + row).dropFirst(2))
  }

  /// In JSON `":"` stands only between a column and its text: a quote inside a text has a backslash.
  static func harmless(_ line: [UInt8]) -> [UInt8] {
    var shown: [UInt8] = []
    shown.reserveCapacity(line.count + 8)
    for (place, byte) in line.enumerated() {
      if place >= 3, line[place - 1] == UInt8(ascii: "\""), line[place - 2] == UInt8(ascii: ":"),
        line[place - 3] == UInt8(ascii: "\""), opensFormula(line[place...].prefix(2))
      {
        shown.append(UInt8(ascii: "'"))
      }
      shown.append(byte)
    }
    return shown
  }

  /// Whether a spreadsheet may read on as a formula from here (OWASP, "CSV injection"): `=`, `+`, `-`, `@`, a tab, an end of line.
  private static func opensFormula(_ start: ArraySlice<UInt8>) -> Bool {
    guard let first = start.first, let second = start.last else { return false }
    if first == UInt8(ascii: "\\") {
      return [UInt8(ascii: "t"), UInt8(ascii: "r"), UInt8(ascii: "n")].contains(second)
    }
    return [UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@")].contains(first)
  }
}

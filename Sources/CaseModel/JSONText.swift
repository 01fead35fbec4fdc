internal import FoundationEssentials

/// The one way documents become JSON and come back: sorted keys, so that the same value gives the same bytes.
///
/// What steers a terminal or turns the writing direction stands there as an escape: documents are looked at with `cat`, too.
public enum JSONText {
  /// A document for people and machines: indented, with a final line feed.
  /// - Throws: `EncodingError` for a number that JSON cannot hold.
  public static func document(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return visible(Array(try encoder.encode(value))) + [UInt8(ascii: "\n")]
  }

  /// One line, for journals and NDJSON, with its line feed.
  /// - Throws: `EncodingError` for a number that JSON cannot hold.
  public static func line(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return visible(Array(try encoder.encode(value))) + [UInt8(ascii: "\n")]
  }

  /// - Throws: `DecodingError`, naming the place.
  public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
    try JSONDecoder().decode(type, from: Data(bytes))
  }

  /// JSON must escape what is below U+0020; above it there are more characters that act without being seen.
  private static func visible(_ json: [UInt8]) -> [UInt8] {
    guard json.contains(where: { $0 >= 0x7f }) else { return json }
    var shown: [UInt8] = []
    shown.reserveCapacity(json.count)
    for scalar in String(decoding: json, as: UTF8.self).unicodeScalars {
      if scalar.value >= 0x7f, isHidden(scalar) {
        for unit in String(scalar).utf16 { shown += "\\u".utf8 + hexadecimal(unit) }
      } else {
        shown += String(scalar).utf8
      }
    }
    return shown
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }

  private static func hexadecimal(_ unit: UInt16) -> [UInt8] {
    let digits = Array(String(unit, radix: 16).utf8)
    return [UInt8](repeating: UInt8(ascii: "0"), count: 4 - digits.count) + digits
  }
}

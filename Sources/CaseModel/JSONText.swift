internal import FoundationEssentials

/// The one way documents become JSON and come back: sorted keys, so that the same value gives the same bytes.
public enum JSONText {
  /// A document for people and machines: indented, with a final line feed.
  /// - Throws: `EncodingError` for a number that JSON cannot hold.
  public static func document(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
  }

  /// One line, for journals and NDJSON, with its line feed.
  /// - Throws: `EncodingError` for a number that JSON cannot hold.
  public static func line(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
  }

  /// - Throws: `DecodingError`, naming the place.
  public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
    try JSONDecoder().decode(type, from: Data(bytes))
  }
}

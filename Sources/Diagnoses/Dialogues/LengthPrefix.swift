/// A field at a fixed place of every message that tells how long it is, as binary protocols and many textual ones have it.
///
/// Learnt from the flow: a place, a width and a notation whose number differs from each message's length by the same amount.
struct LengthPrefix {
  enum Notation: CaseIterable { case big2, big4, little2, little4, hexadecimal4, decimal4 }

  let offset: Int
  let notation: Notation
  /// Bytes that the number does not count.
  let surplus: Int

  /// Messages that are asked, and how many of them must agree.
  private static let asked = 64
  private static let fewest = 8

  static func learned(from messages: [Dialogue.Message]) -> LengthPrefix? {
    let whole = messages.filter(\.isWhole).prefix(asked)
    guard whole.count >= fewest, Set(whole.map(\.bytes.count)).count > 1 else { return nil }
    for offset in 0...16 {
      for notation in Notation.allCases {
        var surpluses: [Int: Int] = [:]
        for message in whole {
          guard let value = notation.value(message.bytes, at: offset) else { continue }
          surpluses[message.bytes.count - value, default: 0] += 1
        }
        guard let best = surpluses.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else { continue }
        if best.value * 10 >= whole.count * 8, best.key >= 0, best.key <= 64 {
          return LengthPrefix(offset: offset, notation: notation, surplus: best.key)
        }
      }
    }
    return nil
  }

  func split(_ message: Dialogue.Message) -> [Dialogue.Message] {
    guard message.isWhole else { return [message] }
    var parts: [Dialogue.Message] = []
    var start = 0
    while start < message.bytes.count {
      guard let value = notation.value(message.bytes, at: start + offset) else { return [message] }
      let length = value + surplus
      guard length > 0, length <= message.bytes.count - start else { return [message] }
      var part = message
      part.bytes = Array(message.bytes[start..<(start + length)])
      part.start = message.start &+ Int64(start)
      part.end = part.start &+ Int64(length)
      parts.append(part)
      start += length
    }
    return parts.isEmpty ? [message] : parts
  }
}

extension LengthPrefix.Notation {
  func value(_ bytes: [UInt8], at offset: Int) -> Int? {
    switch self {
    case .big2: Self.number(bytes, offset, 2, big: true)
    case .big4: Self.number(bytes, offset, 4, big: true)
    case .little2: Self.number(bytes, offset, 2, big: false)
    case .little4: Self.number(bytes, offset, 4, big: false)
    case .hexadecimal4: Self.digits(bytes, offset, radix: 16)
    case .decimal4: Self.digits(bytes, offset, radix: 10)
    }
  }

  private static func number(_ bytes: [UInt8], _ offset: Int, _ width: Int, big: Bool) -> Int? {
    guard offset >= 0, offset + width <= bytes.count else { return nil }
    let field = bytes[offset..<(offset + width)]
    return (big ? Array(field) : field.reversed()).reduce(0) { $0 << 8 | Int($1) }
  }

  private static func digits(_ bytes: [UInt8], _ offset: Int, radix: Int) -> Int? {
    guard offset >= 0, offset + 4 <= bytes.count else { return nil }
    return Int(String(decoding: bytes[offset..<(offset + 4)], as: UTF8.self), radix: radix).flatMap {
      $0 >= 0 ? $0 : nil
    }
  }
}

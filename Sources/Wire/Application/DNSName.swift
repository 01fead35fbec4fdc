/// RFC 1035 section 4.1.4: labels, and pointers to where the rest of a name stood before.
enum DNSName {
  /// With its length bytes, as on the wire.
  private static let longest = 255

  /// - Returns: the name, and where what follows it begins; nil where it is cut off, too long, or points to itself.
  static func read(_ message: RawSpan, at start: Int) -> (name: String, end: Int)? {
    var text = ""
    var at = start
    var end: Int?
    var length = 1
    // A pointer that leads back before where this stretch of labels began cannot lead here again.
    var earliest = start
    while at < message.byteCount {
      let label = Int(message.u8(at))
      switch label {
      case 0: return (text.isEmpty ? "." : text, end ?? at &+ 1)
      case 1...63:
        length &+= 1 &+ label
        guard length <= longest, message.byteCount &- at > label else { return nil }
        if !text.isEmpty { text += "." }
        for index in 0..<label { append(message.u8(at &+ 1 &+ index), to: &text) }
        at &+= 1 &+ label
      case 0xc0...:
        let target = Int(message.u16(at) & 0x3fff)
        guard message.byteCount &- at >= 2, target < earliest else { return nil }
        end = end ?? at &+ 2
        earliest = target
        at = target
      default: return nil
      }
    }
    return nil
  }

  private static func append(_ byte: UInt8, to text: inout String) {
    switch byte {
    case UInt8(ascii: "."), UInt8(ascii: "\\"): text += "\\" + String(UnicodeScalar(byte))
    case 0x21...0x7e: text.unicodeScalars.append(UnicodeScalar(byte))
    default:
      let number = String(byte)
      text += "\\" + String(repeating: "0", count: 3 - number.utf8.count) + number
    }
  }
}

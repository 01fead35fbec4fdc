/// A message of the query protocol: its length (four bytes, network order), then `KIND:TRANS=8 hexadecimal digits,NUMBER=digits`
/// and whatever follows.
struct QueryMessage {
  let text: String

  static func query(_ transaction: UInt32, number: String) -> QueryMessage {
    QueryMessage(text: "QUERY:TRANS=\(hexadecimal(transaction)),NUMBER=\(number);")
  }

  /// What answers it: the same transaction and number, and a balance.
  var answer: QueryMessage {
    QueryMessage(
      text:
        "ANSWER:TRANS=\(field("TRANS") ?? ""),NUMBER=\(field("NUMBER") ?? ""),BALANCE=\(Int.random(in: 0...99_999));")
  }

  func field(_ name: String) -> String? {
    text.split { ":,;".contains($0) }.first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
  }

  var bytes: [UInt8] {
    let body = Array(text.utf8)
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: body.count >> $0) } + body
  }

  /// The next whole message, taken from what was received; nil until it is there, or where it is none.
  static func take(from received: inout [UInt8]) -> QueryMessage? {
    guard received.count >= 4 else { return nil }
    let length = received[..<4].reduce(0) { $0 << 8 | Int($1) }
    guard length <= 4096 else {
      received = []
      return nil
    }
    guard received.count >= 4 + length else { return nil }
    let text = String(decoding: received[4..<(4 + length)], as: UTF8.self)
    received.removeFirst(4 + length)
    return QueryMessage(text: text)
  }

  static func hexadecimal(_ number: UInt32) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}

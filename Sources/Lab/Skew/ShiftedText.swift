internal import CaseModel

/// Text in which every instant is told by a skewed clock.
///
/// Two forms are known, each written back in its own length: epoch seconds with six to nine decimals, as our own
/// commands print them and as programs log them; and RFC 3339 or ISO 8601 date and time joined by a `T`, with or without
/// decimals after a point or comma. Anything else stays as it is.
struct ShiftedText {
  private let skew: ClockSkew

  init(_ skew: ClockSkew) { self.skew = skew }

  func shift(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    bytes.withUnsafeMutableBytes { shift(in: $0) }
    return bytes
  }

  func shift(in bytes: UnsafeMutableRawBufferPointer) {
    var index = 0
    while index < bytes.count {
      guard isDigit(bytes[index]) else {
        index += 1
        continue
      }
      let whole = digits(in: bytes, from: index)
      let joined = index > 0 && bytes[index - 1] == UInt8(ascii: ".")
      var token = whole
      if whole.count == 10, !joined, let epoch = epochToken(in: bytes, whole) {
        token = epoch
        rewrite(bytes, token) { Instant.nanoseconds($0).map { Instant.epochText(skew.shown($0)) } }
      } else if whole.count == 4, let date = dateToken(in: bytes, from: index) {
        token = date
        rewrite(bytes, token, shiftedDate)
      }
      index = token.upperBound
    }
  }

  private func epochToken(in bytes: UnsafeMutableRawBufferPointer, _ whole: Range<Int>) -> Range<Int>? {
    guard whole.upperBound < bytes.count, bytes[whole.upperBound] == UInt8(ascii: ".") else { return nil }
    let decimals = digits(in: bytes, from: whole.upperBound + 1)
    return (6...9).contains(decimals.count) ? whole.lowerBound..<decimals.upperBound : nil
  }

  /// `2026-11-21T05:10:33` and the decimals behind it; the zone is left out, since a shift does not touch it.
  private func dateToken(in bytes: UnsafeMutableRawBufferPointer, from start: Int) -> Range<Int>? {
    let form = Array("0000-00-00T00:00:00".utf8)
    guard bytes.count - start >= form.count else { return nil }
    for (offset, wanted) in form.enumerated() {
      let byte = bytes[start + offset]
      guard wanted == UInt8(ascii: "0") ? isDigit(byte) : byte == wanted else { return nil }
    }
    let end = start + form.count
    guard end < bytes.count, bytes[end] == UInt8(ascii: ".") || bytes[end] == UInt8(ascii: ",") else {
      return start..<end
    }
    let decimals = digits(in: bytes, from: end + 1)
    return (1...9).contains(decimals.count) ? start..<decimals.upperBound : start..<end
  }

  private func shiftedDate(_ text: String) -> String? {
    let point = text.replacing(",", with: ".")
    guard let instant = Instant.nanoseconds(point + "Z") else { return nil }
    let shifted = Instant.text(skew.shown(instant))
    return text.contains(",") ? shifted.replacing(".", with: ",") : shifted
  }

  /// Puts the start of `change`'s answer over the token, as many bytes as it had.
  private func rewrite(
    _ bytes: UnsafeMutableRawBufferPointer, _ token: Range<Int>, _ change: (String) -> String?
  ) {
    guard let text = change(String(decoding: bytes[token], as: UTF8.self)), text.utf8.count >= token.count else {
      return
    }
    for (offset, byte) in text.utf8.prefix(token.count).enumerated() { bytes[token.lowerBound + offset] = byte }
  }

  private func digits(in bytes: UnsafeMutableRawBufferPointer, from start: Int) -> Range<Int> {
    var end = start
    while end < bytes.count, isDigit(bytes[end]) { end += 1 }
    return min(start, end)..<end
  }

  private func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}

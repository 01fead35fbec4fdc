/// Microseconds as people write them, `12 µs`, in a finished document. Sentences and documents for machines have `us`, which any
/// terminal and any parser takes; what is quoted as code stays as it is.
enum MicroSign {
  /// Of a page as `Markup` makes it: an element `code` holds text alone.
  static func inPage(_ page: String) -> String {
    let code = Array("<code".utf8)
    var isCode = false
    return replaced(page) { bytes, place in
      if bytes[place] == UInt8(ascii: "<") { isCode = bytes[place...].starts(with: code) }
      return isCode
    }
  }

  /// Of Markdown as `MarkdownText` makes it: its blocks of commands are code, and a ladder as text is none.
  static func inMarkdown(_ text: String) -> String {
    var isCommand = false
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
      if line.hasPrefix("```") {
        isCommand = line.hasSuffix("`sh")
        return String(line)
      }
      guard !isCommand else { return String(line) }
      var isCode = false
      return replaced(String(line)) { bytes, place in
        let isMark = bytes[place] == UInt8(ascii: "`")
        if isMark, place == 0 || bytes[place - 1] != UInt8(ascii: "`") { isCode.toggle() }
        return isCode
      }
    }
    return lines.joined(separator: "\n")
  }

  /// - Parameter isKept: asked for each byte in turn.
  private static func replaced(_ text: String, _ isKept: ([UInt8], Int) -> Bool) -> String {
    let bytes = Array(text.utf8)
    var shown: [UInt8] = []
    shown.reserveCapacity(bytes.count + 64)
    for place in bytes.indices {
      let isKept = isKept(bytes, place)
      if !isKept, bytes[place] == UInt8(ascii: "u"), isUnit(bytes, place) {
        shown += "µ".utf8
      } else {
        shown.append(bytes[place])
      }
    }
    return String(decoding: shown, as: UTF8.self)
  }

  /// `us` between a number and the end of a word.
  private static func isUnit(_ bytes: [UInt8], _ place: Int) -> Bool {
    guard place >= 2, place + 1 < bytes.count, bytes[place + 1] == UInt8(ascii: "s"),
      bytes[place - 1] == UInt8(ascii: " "), isDigit(bytes[place - 2])
    else { return false }
    guard place + 2 < bytes.count else { return true }
    let next = bytes[place + 2]
    return !isDigit(next) && next != UInt8(ascii: "_") && !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(next | 0x20)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

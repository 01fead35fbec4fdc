/// Captures one after the other with a separator between them, so that a byte more or less in one leaves the others whole.
struct CaptureBundle {
  static let separator = Array("<another vantage>".utf8)
  private static let most = 3

  var captures: [[UInt8]] = []

  init(_ bytes: [UInt8]) {
    var start = 0
    var at = 0
    while at < bytes.count, captures.count < Self.most - 1 {
      guard bytes[at] == Self.separator[0], bytes[at...].starts(with: Self.separator) else {
        at += 1
        continue
      }
      captures.append(Array(bytes[start..<at]))
      at += Self.separator.count
      start = at
    }
    captures.append(Array(bytes[start...]))
  }

  var bytes: [UInt8] { Array(captures.joined(separator: Self.separator)) }
}

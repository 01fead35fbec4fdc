internal import Glibc

/// A process that cannot be mistaken for a later one of the same number.
struct ProcessIdentity: Sendable, Hashable, CustomStringConvertible {
  let id: Int32
  /// Clock ticks after boot, field 22 of `/proc/PID/stat`.
  let start: UInt64

  /// From `ID START`.
  init?(_ text: some StringProtocol) {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count == 2, let id = Int32(words[0]), let start = UInt64(words[1]) else { return nil }
    self.id = id
    self.start = start
  }

  /// The process that has that number now: a number, or `self`.
  init?(running number: String) {
    let file = open("/proc/\(number)/stat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(file, &buffer, buffer.count)
    let text = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    // The program's name, the second field, may hold anything, but ends with the last parenthesis.
    guard let id = text.split(separator: " ").first, let end = text.lastIndex(of: ")") else { return nil }
    let rest = text[end...].split(separator: " ")
    guard rest.count > 20 else { return nil }
    self.init("\(id) \(rest[20])")
  }

  /// Whether that very process still runs.
  var isRunning: Bool { Self(running: "\(id)") == self }

  var description: String { "\(id) \(start)" }
}

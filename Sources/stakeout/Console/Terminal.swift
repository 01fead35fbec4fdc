internal import CaseModel
internal import Glibc

/// The terminal of whoever started us, for what must not be seen: what is typed is not echoed.
enum Terminal {
  /// Asks for a secret; nil where there is no terminal, or nothing was said.
  @Sendable static func ask(_ question: String) async -> Secret? {
    (try? await OffPool.run { read(question) }) ?? nil
  }

  static func read(_ question: String) -> Secret? {
    let descriptor = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var before = termios()
    guard tcgetattr(descriptor, &before) == 0 else { return nil }
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(descriptor, TCSAFLUSH, &silent)
    defer { tcsetattr(descriptor, TCSAFLUSH, &before) }
    say("\r" + question, to: descriptor)
    defer { say("\n", to: descriptor) }
    return line(from: descriptor).map { Secret($0) }
  }

  private static func line(from descriptor: Int32) -> String? {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while bytes.count < 4096, Glibc.read(descriptor, &byte, 1) == 1 {
      if byte == UInt8(ascii: "\n") { return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    }
    return nil
  }

  private static func say(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    _ = write(descriptor, bytes, bytes.count)
  }
}

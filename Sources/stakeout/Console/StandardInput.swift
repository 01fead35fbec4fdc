internal import Glibc

/// What is piped into the program: an inventory given as `-`.
enum StandardInput {
  /// One byte more than a text may have, so that whoever reads it says so.
  private static let most = (1 << 20) + 1

  static func text() -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    while bytes.count < most {
      let count = read(STDIN_FILENO, &buffer, min(buffer.count, most - bytes.count))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

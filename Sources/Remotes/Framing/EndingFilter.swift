internal import CLinux

/// Takes the status of a command off the end of its stderr, for transports that do not bring it reliably: of `ssh`, 255 may be
/// the command's own, a signal's, or a connection that broke.
struct EndingFilter {
  /// A line of its own, before the status.
  static let marker = "--stakeout-ended--"
  /// What the command left behind may still print after the status.
  private static let longest = 4 * 1024
  private static let mark = Array("\n\(marker) ".utf8)
  private var held: [UInt8] = []

  /// What of these bytes, and of those held back, cannot be the end.
  mutating func pass(_ bytes: some Collection<UInt8>) -> [UInt8] {
    held += bytes
    let ready = held.count - Self.longest
    guard ready > 0 else { return [] }
    defer { held.removeFirst(ready) }
    return Array(held[..<ready])
  }

  /// The rest of the output, and the status; nil if none came.
  mutating func end() -> (rest: [UInt8], status: Int32?) {
    defer { held = [] }
    guard let start = startOfMark() else { return (held, nil) }
    let after = held[(start + Self.mark.count)...]
    let digits = after.prefix { (48...57).contains($0) }
    guard let status = Int32(String(decoding: digits, as: UTF8.self)), after.dropFirst(digits.count).first == 10 else {
      return (held, nil)
    }
    return (Array(held[..<start]) + Array(after.dropFirst(digits.count + 1)), status)
  }

  private func startOfMark() -> Int? {
    guard held.count >= Self.mark.count else { return nil }
    return (0...(held.count - Self.mark.count)).last {
      held[$0] == Self.mark[0] && held[$0..<($0 + Self.mark.count)].elementsEqual(Self.mark)
    }
  }
}

extension CommandOutcome.Ending {
  /// As a shell tells it: above 128 it is a signal, by its number.
  init(shellStatus status: Int32) {
    if status > 128, let name = sigabbrev_np(status - 128) {
      self = .signalled(String(cString: name))
    } else {
      self = .exited(status)
    }
  }
}

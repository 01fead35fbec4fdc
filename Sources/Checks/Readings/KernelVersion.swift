/// A kernel's release as `uname -r` prints it, comparable by its numbers: 4.4.0-21-generic, 6.1.
public struct KernelVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let release: String
  public let major: Int
  public let minor: Int
  public let patch: Int

  public init(_ major: Int, _ minor: Int, _ patch: Int = 0) {
    self.release = "\(major).\(minor).\(patch)"
    self.major = major
    self.minor = minor
    self.patch = patch
  }

  /// nil unless the first word begins with two numbers: `Linux version 6.1.0` from /proc/version reads too.
  public init?(parsing text: String) {
    for line in ReadoutText.lines(text) {
      for word in ReadoutText.words(line) {
        let parts = word.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, let major = Int(parts[0]), let minor = Self.leadingNumber(parts[1]) else { continue }
        self.release = String(word)
        self.major = major
        self.minor = minor
        self.patch = parts.count > 2 ? Self.leadingNumber(parts[2]) ?? 0 : 0
        return
      }
    }
    return nil
  }

  /// By the three numbers; what a distribution appends does not count.
  public static func < (a: Self, b: Self) -> Bool { (a.major, a.minor, a.patch) < (b.major, b.minor, b.patch) }
  public static func == (a: Self, b: Self) -> Bool { (a.major, a.minor, a.patch) == (b.major, b.minor, b.patch) }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(major)
    hasher.combine(minor)
    hasher.combine(patch)
  }

  public var description: String { release }

  private static func leadingNumber(_ text: Substring) -> Int? {
    Int(text.prefix { $0.isASCII && $0.isNumber })
  }
}

internal import CaseModel

/// The command that prints a file of a host, by what every host has.
enum FileStream {
  /// - Parameter offset: bytes that are here already.
  static func command(_ path: String, from offset: Int64) -> ShellCommand {
    offset > 0
      ? ShellCommand(words: ["tail", "-c", "+\(offset + 1)", "--", path]) : ShellCommand(words: ["cat", "--", path])
  }
}

public import Wire

/// The files of a case as the evidence reader sees them: a folder on disk, foreign files in memory, or a test's arrays.
public protocol CaseFiles: Sendable {
  /// Every evidence file by its path in the case's layout (`CasePath`), sorted.
  var paths: [String] { get }

  /// What a citation calls that file: the same path, or what the user named on the command line.
  func cited(_ path: String) -> String

  /// - Throws: when there is no such file or it cannot be opened.
  func open(_ path: String) throws -> any ByteSource
}

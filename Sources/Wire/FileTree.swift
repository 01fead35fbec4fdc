/// Named byte sources: a folder on disk, foreign files under the names that they are given, or a test's arrays.
public protocol FileTree: Sendable {
  /// Every file by its path in the tree, sorted.
  var paths: [String] { get }

  /// What a citation calls that file: the same path, or what the user named on the command line.
  func cited(_ path: String) -> String

  /// - Throws: when there is no such file or it cannot be opened.
  func open(_ path: String) throws -> any ByteSource
}

/// Files in memory.
public struct FileTreeInMemory: FileTree {
  private let files: [String: [UInt8]]
  public let paths: [String]

  public init(_ files: [String: [UInt8]]) {
    self.files = files
    paths = files.keys.sorted()
  }

  public func cited(_ path: String) -> String { path }
  public func open(_ path: String) throws -> any ByteSource { ByteArraySource(files[path] ?? []) }
}

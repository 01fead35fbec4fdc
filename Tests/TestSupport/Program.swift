internal import Foundation

/// The built program, run as a user would.
public struct Program: Sendable {
  public let status: Int32
  public let stdout: String
  public let stderr: String

  /// Beside the test bundle, where the build puts every product.
  static let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

  /// - Parameter folder: the working folder; the repository's root unless told.
  public static func run(_ arguments: [String], in folder: String? = nil) throws -> Program {
    let process = Process()
    process.executableURL = Self.folder.appendingPathComponent("stakeout")
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder ?? root)
    let (output, errors) = (TemporaryFile(), TemporaryFile())
    process.standardOutput = output.handle
    process.standardError = errors.handle
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Program(status: process.terminationStatus, stdout: output.text, stderr: errors.text)
  }

  public static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
}

/// A file that a process may write any amount to.
final class TemporaryFile {
  private let url = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID())")
  let handle: FileHandle

  init() {
    _ = FileManager.default.createFile(atPath: url.path, contents: nil)
    handle = FileHandle(forWritingAtPath: url.path) ?? .nullDevice
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  var text: String { (try? String(contentsOf: url, encoding: .utf8)) ?? "" }
}

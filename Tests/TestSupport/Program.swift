public import Foundation

/// The built program, run as a user would.
public struct Program: Sendable {
  public let status: Int32
  public let stdout: String
  public let stderr: String

  /// Beside the test bundle, where the build puts every product.
  static let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

  /// A program of the build, by its name.
  public static func path(of name: String) -> String { folder.appendingPathComponent(name).path }

  /// Runs it to its end.
  /// - Parameter folder: the working folder; the repository's root unless told.
  public static func run(_ arguments: [String], in folder: String? = nil) throws -> Program {
    let (output, errors) = (TemporaryFile(), TemporaryFile())
    let process = try start(arguments, in: folder, output.handle, errors.handle)
    process.waitUntilExit()
    return Program(status: process.terminationStatus, stdout: output.text, stderr: errors.text)
  }

  /// Starts it, for whoever wants to kill it.
  public static func start(
    _ arguments: [String], in folder: String? = nil, _ output: FileHandle = .nullDevice,
    _ errors: FileHandle = .nullDevice
  ) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path(of: "stakeout"))
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder ?? root)
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Runs it with no more memory and time than that; beyond either it is killed.
  /// - Parameter megabytes: of heap and stacks; nil for any.
  public static func run(_ arguments: [String], megabytes: Int?, seconds: Int) throws -> Program {
    let (output, errors) = (TemporaryFile(), TemporaryFile())
    let limit = megabytes.map { "ulimit -d \($0 * 1_024); " } ?? ""
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments =
      ["-c", limit + #"exec timeout -s KILL "$@""#, "sh", "\(seconds)", path(of: "stakeout")] + arguments
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

internal import Foundation

/// A program that tests compare with, where it is installed.
public struct InstalledTool: Sendable {
  private let path: String

  /// nil where it is not installed.
  /// - Throws: instead of nil, when `STAKEOUT_REQUIRE_LAB=1` says that everything is to be there.
  public init?(_ name: String) throws {
    let environment = ProcessInfo.processInfo.environment
    let folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    guard let path = folders.map({ "\($0)/\(name)" }).first(where: FileManager.default.isExecutableFile(atPath:)) else {
      if environment["STAKEOUT_REQUIRE_LAB"] == "1" { throw Missing(name: name) }
      return nil
    }
    self.path = path
  }

  /// The same for one that the project installs for itself.
  public init?(path: String) throws {
    guard FileManager.default.isExecutableFile(atPath: path) else {
      if ProcessInfo.processInfo.environment["STAKEOUT_REQUIRE_LAB"] == "1" { throw Missing(name: path) }
      return nil
    }
    self.path = path
  }

  /// What it prints.
  /// - Throws: when it cannot be started.
  public func output(_ arguments: [String]) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text
  }

  /// What it prints about these bytes, given to it as a file; `FILE` among the arguments stands for its path.
  public func output(_ arguments: [String], about bytes: [UInt8]) throws -> String {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-\(UUID().uuidString)")
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try output(arguments.map { $0 == "FILE" ? file.path : $0 })
  }

  public struct Missing: Error, CustomStringConvertible {
    public let name: String
    public var description: String { "`\(name)` is not installed, and STAKEOUT_REQUIRE_LAB=1 requires it" }
  }
}

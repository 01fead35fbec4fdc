public import Foundation

/// The built program on a terminal of its own (`script`), at which somebody types.
public final class TerminalProgram: Sendable {
  public static let isPossible = FileManager.default.isExecutableFile(atPath: "/usr/bin/script")

  public let process: Process
  private let input: FileHandle
  private let output: URL

  /// - Parameter words: taken by a shell as they are.
  public init(_ words: String, in folder: String) throws {
    output = URL(fileURLWithPath: folder).appendingPathComponent("typescript-\(UUID())")
    _ = FileManager.default.createFile(atPath: output.path, contents: nil)
    let pipe = Pipe()
    input = pipe.fileHandleForWriting
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/script")
    process.arguments = ["-qefc", "\(Program.path(of: "stakeout")) \(words)", "/dev/null"]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = pipe
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  /// What is on the screen, the typed lines among it where they are shown.
  public var said: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }

  public func type(_ line: String) throws { try input.write(contentsOf: Data("\(line)\n".utf8)) }

  /// Waits for its end.
  public func end() throws -> Int32 {
    process.waitUntilExit()
    try input.close()
    return process.terminationStatus
  }
}

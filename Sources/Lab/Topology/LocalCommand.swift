internal import CaseModel
internal import Glibc
internal import Subprocess
internal import SystemPackage

/// A program of this machine, run to its end; arguments are words, never shell text.
struct LocalCommand {
  let words: [String]

  init(_ words: [String]) { self.words = words }

  /// Where programs are looked for: also where root's are, which a login's own path may lack.
  static var path: String { (getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin") + ":/usr/sbin:/sbin" }

  static func isInstalled(_ program: String) -> Bool {
    path.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
  }

  /// - Returns: what it printed, up to 1 MiB.
  /// - Throws: when it could not be started or ended with anything but status 0.
  @discardableResult
  func run(input: FileDescriptor? = nil) async throws(Failure) -> String {
    let result: (text: String, errors: String, ending: String?)
    do {
      let program = Executable.name(words.first ?? "")
      let arguments = Arguments(Array(words.dropFirst()))
      let environment = Environment.inherit.updating(["PATH": Self.path])
      if let input {
        let ended = try await Subprocess.run(
          program, arguments: arguments, environment: environment,
          input: .fileDescriptor(input, closeAfterSpawningProcess: false),
          output: .string(limit: 1 << 20), error: .string(limit: 1 << 16))
        result = (ended.standardOutput, ended.standardError, Self.complaint(ended.terminationStatus))
      } else {
        let ended = try await Subprocess.run(
          program, arguments: arguments, environment: environment,
          output: .string(limit: 1 << 20), error: .string(limit: 1 << 16))
        result = (ended.standardOutput, ended.standardError, Self.complaint(ended.terminationStatus))
      }
    } catch {
      throw Failure(
        "lab-command", what: "could not run `\(words.first ?? "")` for the lab", cause: "\(error)",
        hint: "`Scripts/install-packages lab` installs what the lab needs")
    }
    guard let ending = result.ending else { return result.text }
    let reason = result.errors.split(separator: "\n").last.map(String.init) ?? "it ended with \(ending)"
    throw Failure(
      "lab-command", what: "a command of the lab failed", cause: reason,
      command: FailedCommand(text: ShellCommand(words: words).text, ending: ending, stderr: result.errors))
  }

  /// nil for status 0.
  private static func complaint(_ status: TerminationStatus) -> String? {
    switch status {
    case .exited(0): nil
    case .exited(let code): "status \(code)"
    case .signaled(let signal): "signal \(signal)"
    }
  }
}

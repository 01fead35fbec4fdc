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

  /// - Returns: what it printed, up to 1 MiB.
  /// - Throws: when it could not be started or ended with anything but status 0.
  @discardableResult
  func run(input: FileDescriptor? = nil) async throws(Failure) -> String {
    let text: String
    let errors: String
    let ending: String?
    do {
      let arguments = Arguments(Array(words.dropFirst()))
      let program = Executable.name(words.first ?? "")
      let environment = Environment.inherit.updating(["PATH": Self.path])
      if let input {
        let result = try await Subprocess.run(
          program, arguments: arguments, environment: environment,
          input: .fileDescriptor(input, closeAfterSpawningProcess: false),
          output: .string(limit: 1 << 20), error: .string(limit: 1 << 16))
        (text, errors) = (result.standardOutput, result.standardError)
        ending = result.terminationStatus.isSuccess ? nil : "\(result.terminationStatus)"
      } else {
        let result = try await Subprocess.run(
          program, arguments: arguments, environment: environment, output: .string(limit: 1 << 20),
          error: .string(limit: 1 << 16))
        (text, errors) = (result.standardOutput, result.standardError)
        ending = result.terminationStatus.isSuccess ? nil : "\(result.terminationStatus)"
      }
    } catch {
      throw Failure(
        "lab-command", what: "could not run `\(words.first ?? "")` for the lab", cause: "\(error)",
        hint: "`Scripts/install-packages lab` installs what the lab needs")
    }
    guard let ending else { return text }
    throw Failure(
      "lab-command", what: "could not lay out the lab", cause: "`\(words.first ?? "")` ended with \(ending)",
      command: FailedCommand(text: ShellCommand(words: words).text, ending: ending, stderr: errors))
  }
}

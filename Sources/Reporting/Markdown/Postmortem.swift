public import Diagnoses

/// `postmortem.md`: the whole story, for a wiki.
///
/// - Parameter hashes: SHA-256 of each evidence file in hexadecimal, by the path that citations use.
public func postmortemMarkdown(_ judgement: Judgement, _ scene: Scene, hashes: [String: String] = [:]) -> String {
  judgement.reasons.joined(separator: "\n") + "\n"
}

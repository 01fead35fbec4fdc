internal import CaseModel
internal import Diagnoses

extension Hypothesis {
  /// Why it is none, and where that is to be seen.
  var prose: String {
    let shown = evidence.compactMap { citation -> String? in
      switch citation {
      case .packet(let packet): "`\(packet.vantage)` frame \(packet.frame)"
      case .check(let check): "`\(check.file)`"
      case .log(let log): "`\(log.file)` line \(log.line)"
      }
    }
    return shown.isEmpty ? because : "\(because) (\(Wording.list(shown)))"
  }
}

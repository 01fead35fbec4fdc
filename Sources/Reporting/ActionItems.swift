internal import CaseModel
internal import Diagnoses

/// What the case itself proposes to do, as rows of an incident review's table of action items ("Site Reliability Engineering", 2016,
/// appendix D): people add who does it, and where that is tracked.
struct ActionItem {
  enum Purpose: String {
    /// Takes the cause away.
    case prevent
    /// Keeps its effect away.
    case mitigate
    /// Shows the next one earlier.
    case detect
    /// Finds what is not known yet.
    case investigate
  }

  /// A sentence without its end.
  let action: String
  let purpose: Purpose
  /// The finding that asks for it.
  let finding: String

  static func all(_ judgement: Judgement, _ names: HostNames) -> [ActionItem] {
    let causes = judgement.rootCauses + judgement.findings.filter { $0.finding.standing == .contributing }
    let remedies = causes.flatMap { judged in
      judged.finding.remedies.map { remedy in
        ActionItem(
          action: "on \(names.beside(remedy.place)): `\(remedy.command)`", purpose: remedy.purpose, finding: judged.id)
      }
    }
    return remedies + causes.flatMap(watches)
  }

  /// A counter that rose with the fault can tell of the next one.
  private static func watches(_ judged: JudgedFinding) -> [ActionItem] {
    let risen = judged.finding.readings.filter { reading in
      guard let before = reading.before.flatMap({ Int64($0) }), let after = reading.after.flatMap({ Int64($0) }) else {
        return false
      }
      return ["counters", "conntrack-stats"].contains(reading.check) && before < after
    }
    return risen.prefix(2).compactMap { reading in
      let parts = reading.says.split(separator: "`", omittingEmptySubsequences: false)
      guard parts.count > 2, parts[0].isEmpty else { return nil }
      return ActionItem(
        action: "an alert when `\(parts[1])` rises on `\(reading.host)`", purpose: .detect, finding: judged.id)
    }
  }
}

extension Remedy {
  fileprivate var purpose: ActionItem.Purpose {
    if onlyLooks { return .investigate }
    // These leave the cause where it is.
    let ways = ["tables -", "nft ", "tcp_keepalive", "tcp_timestamps=0", "tcp_mtu_probing"]
    let goesRound = ways.contains { command.contains($0) } && !command.hasSuffix("-j ACCEPT")
    return goesRound ? .mitigate : .prevent
  }
}

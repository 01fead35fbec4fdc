internal import CaseModel
internal import Planning
internal import Remotes

/// What a host waited for, once it has come.
extension HostSession {
  /// nil where the unit has not seen it: it was stopped, or its command failed.
  func fired(_ trigger: TriggerPlan) async -> TriggerRecord? {
    let name = CasePath.component(trigger.unit.name)
    guard let line = try? await beat?.ask("state \(name)", timeout: .seconds(10)).answer,
      case .ended(let at, .died, 0, _) = UnitState(line: line)
    else { return nil }
    return TriggerRecord(
      kind: trigger.kind, occurred: true, at: at, host: plan.name, says: await says(trigger), source: trigger.source)
  }

  /// The matching line where there is one, without the stamp before it.
  private func says(_ trigger: TriggerPlan) async -> String {
    switch trigger.kind {
    case .packets: return "\(trigger.source) has seen its packets"
    case .probeFails: return "probe \(trigger.source) failed as often as was waited for"
    default:
      let read = ShellCommand(words: [
        "head", "-c", "2000", "\(plan.folder)/\(CasePath.component(trigger.unit.name)).out",
      ])
      let text = (try? await session().run(read))?.text ?? ""
      let line = text.drop { $0.isNumber }.dropFirst().drop { $0 != " " }.dropFirst()
      return "\(trigger.source): \(line.prefix { $0 != "\n" })"
    }
  }
}

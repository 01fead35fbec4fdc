internal import CaseModel
internal import Planning
internal import Remotes

/// What a host waited for, once it has come.
extension HostSession {
  /// nil where it has not come: the unit was stopped, or its command failed.
  func fired(_ trigger: TriggerPlan) async -> TriggerRecord? {
    let file = "\(plan.folder)/\(trigger.unit.fileName).fired"
    let read = ShellCommand(script: #"[ ! -e "$1" ] || head -c 2000 -- "$1""#, arguments: [file])
    guard let text = try? await session().run(read).text, let end = text.firstIndex(of: " "),
      let at = Instant.nanoseconds(String(text[..<end]))
    else { return nil }
    return TriggerRecord(
      kind: trigger.kind, occurred: true, at: HostTime(nanoseconds: at), host: name,
      says: Self.words(trigger, text[text.index(after: end)...]), source: trigger.source)
  }

  /// The matching line where there is one, without its number and the stamp before it.
  private static func words(_ trigger: TriggerPlan, _ said: Substring) -> String {
    switch trigger.kind {
    case .packets: return "\(trigger.source) has seen its packets"
    case .packet: return "\(trigger.source) has seen such a packet"
    case .counter: return "\(trigger.source): \(said.prefix { $0 != "\n" })"
    case .probeFails: return "probe \(trigger.source) failed as often as was waited for"
    default:
      let line = said.drop { $0.isNumber }.dropFirst().drop { $0 != " " }.dropFirst()
      return "\(trigger.source): \(line.prefix { $0 != "\n" })"
    }
  }

  /// The first trigger that came on this host while nobody watched, with its instant on the controller's clock.
  func firstTrigger() async -> (record: TriggerRecord, at: Int64)? {
    var found: [(record: TriggerRecord, at: Int64)] = []
    for trigger in plan.triggers where started.contains(trigger.unit.name) {
      guard let record = await fired(trigger), let at = record.at else { continue }
      let ahead = clockLog.flatMap { SampledOffset($0, about: at) }?.nanoseconds ?? 0
      found.append((record, at.nanoseconds &- ahead))
    }
    return found.min { $0.at < $1.at }
  }
}

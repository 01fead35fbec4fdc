internal import CaseModel
internal import Playbooks

extension InstrumentPlan {
  init(
    _ instrument: Playbook.Instrument, _ place: Station, isAlone: Bool, _ folder: String, _ options: PlanOptions
  ) {
    let kind = instrument.kind.rawValue
    let name = isAlone ? "instrument.\(kind)" : "instrument.\(kind).\(place.name)"
    let script = ["sh", "\(folder)/instrument.sh"]
    let subject = [folder, CasePath.component(name), kind]
    let unit = KeeperUnit(
      name: name, command: place.entering(folder) + script + ["hold"] + subject, kind: .probe,
      output: .stdout(CasePath.component(name) + ".out"), silence: options.silence, grace: .zero,
      duration: options.duration(), bytes: 1_000_000, freeKilobytes: options.freeKilobytes, signal: "TERM",
      flush: .zero, ready: "changed")
    let undo = ShellCommand(words: place.entering(folder) + script + ["undo"] + subject)
    self.init(
      kind: kind, namespace: place.name, unit: unit,
      start: Start(
        what: "instrument \(kind)", command: ShellCommand(words: unit.startWords(folder: folder)), undo: undo),
      // What was changed in a namespace is gone with it.
      undoScript: place.place == .host
        ? "exec \(undo.text)\n" : "\(undo.text)\nstatus=$?\n[ $status = 125 ] || exit $status\n")
  }
}

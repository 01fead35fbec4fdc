internal import CaseModel
internal import Playbooks

extension TracePlan {
  /// nil without events.
  init?(_ traces: [Playbook.Trace], _ folder: String, _ options: PlanOptions) {
    var events: [String] = []
    for event in traces.flatMap(\.events) where !events.contains(event.value) { events.append(event.value) }
    guard !events.isEmpty else { return nil }
    let unit = KeeperUnit(
      name: "trace", command: ["sh", "\(folder)/trace.sh", "follow", folder] + events, kind: .probe,
      output: .stdout("trace.out"), silence: options.silence, grace: .zero, duration: options.duration(),
      bytes: 50_000_000, freeKilobytes: options.freeKilobytes, signal: "TERM", flush: options.timers.flush,
      ready: "tracing")
    let undo = ShellCommand(words: ["sh", "\(folder)/trace.sh", "undo", folder])
    self.init(
      unit: unit,
      start: Start(what: "trace", command: ShellCommand(words: unit.startWords(folder: folder)), undo: undo),
      undoScript: "exec \(undo.text)\n")
  }
}

extension KeyLogPlan {
  init(_ keys: Playbook.KeyLog, number: Int, _ place: Station, _ folder: String) {
    let path = "\(folder)/keys.\(number).\(CasePath.component(place.name.text)).log"
    let noted = "\(folder)/\(CasePath.component(place.name.text)).ns"
    self.init(
      namespace: place.name, file: keys.file,
      copy: ShellCommand(script: Self.copyScript, arguments: [keys.file, path, place.place == .host ? "-" : noted]),
      path: path)
  }

  /// Through a container's own root, where the file is one of its files.
  private static let copyScript: StaticString = #"""
    umask 077
    file=$1
    if [ "$3" != - ]; then
      read -r rest rest pid rest <"$3" || exit
      [ "$pid" = - ] || file=/proc/$pid/root/${file#/}
    fi
    [ -e "$file" ] || { echo "there is no file \`$1\`" >&2; exit 1; }
    head -c 100000000 -- "$file" >"$2"
    """#
}

internal import CaseModel
internal import Playbooks

/// Probes of one place, as units of the keeper: `probe.sh` repeats a command and notes each time how it went.
struct ProbePlanning {
  let place: Station
  let host: HostName
  let peers: ProbePeers
  let variables: [Playbook.Variable]
  let folder: String
  let options: PlanOptions
  /// Our own commands on that host are root's by way of sudo or doas; a probe's are the login's, unless it says otherwise.
  let isElevated: Bool

  func plan(_ probe: Playbook.Probe, isAlone: Bool) -> ProbePlan {
    let name = isAlone ? probe.name : "\(probe.name).\(place.name)"
    let isForeground = probe.every == nil
    let unit = KeeperUnit(
      name: "probe.\(name)",
      command: [
        "sh", "\(folder)/probe.sh", "\(isForeground ? probe.times : 0)", (probe.every ?? .zero).secondsText,
        roundTimeout(probe).secondsText,
      ] + words(probe),
      kind: .probe, output: .stdout(ProbePlan.file(name)), silence: options.silence, grace: .zero,
      duration: options.duration(),
      // Within the time that captures need to end anyway.
      bytes: 10_000_000, flush: min(roundTimeout(probe), options.timers.flush))
    return ProbePlan(
      name: name, namespace: place.name, isForeground: isForeground, unit: unit,
      start: unit.start("probe \(name)", folder))
  }

  /// Of one try; a round has a second more to notice all of them.
  private func timeout(_ probe: Playbook.Probe) -> Duration {
    switch probe.action {
    case .ping, .connect: probe.timeout ?? .seconds(3)
    case .run, .shell: probe.timeout ?? .seconds(30)
    }
  }

  private func roundTimeout(_ probe: Playbook.Probe) -> Duration {
    switch probe.action {
    case .ping, .connect: timeout(probe) + .seconds(1)
    case .run, .shell: timeout(probe)
    }
  }

  private func words(_ probe: Playbook.Probe) -> [String] {
    switch probe.action {
    case .run(let words): place.entering(folder, amongItsFiles: probe.tools == .container) + asLogin(probe) + words
    case .shell(let script):
      place.entering(folder, amongItsFiles: probe.tools == .container) + asLogin(probe) + environment + [
        "sh", "-c", script, "sh",
      ]
    case .ping(let to, let sizes, let df):
      round(probe, "ping", sizes.map { "\($0)" }, df ? "df" : "-", to)
    case .connect(let to, let ports): round(probe, "connect", ports.map { "\($0.number)" }, "-", to)
    }
  }

  /// Whom sudo and doas name as having called them. Among a container's own files nobody knows that user.
  private func asLogin(_ probe: Playbook.Probe) -> [String] {
    guard isElevated, !probe.become, place.place == .host || probe.tools == .host else { return [] }
    let script = """
      user=${SUDO_USER:-$DOAS_USER}
      if [ -z "$user" ]; then exec "$@"; fi
      if command -v runuser > /dev/null 2>&1; then exec runuser -u "$user" -- "$@"; fi
      if command -v sudo > /dev/null 2>&1; then exec sudo -n -u "$user" -- "$@"; fi
      exec doas -n -u "$user" -- "$@"
      """
    return ["sh", "-c", script, "sh"]
  }

  private func round(
    _ probe: Playbook.Probe, _ how: String, _ values: [String], _ flag: String, _ to: Playbook.Destination
  ) -> [String] {
    place.entering(folder) + [
      "sh", "\(folder)/round.sh", folder, how, timeout(probe).secondsText, values.joined(separator: ","), flag,
    ] + targets(to)
  }

  private func targets(_ to: Playbook.Destination) -> [String] {
    // Nobody probes itself.
    peers.targets(to).filter { $0 != .place(place.peerName(on: host)) }.map(\.word)
  }

  /// The playbook's variables, for scripts: those that somebody gave.
  private var environment: [String] {
    let given = variables.compactMap { variable in variable.value.map { "\(variable.name)=\($0)" } }
    return given.isEmpty ? [] : ["env"] + given
  }
}

/// Whom probes may speak to.
struct ProbePeers {
  enum Target: Hashable {
    /// A host or a namespace of one, whose address is found when the run has connected.
    case place(String)
    case address(String)

    /// As `round.sh` is told.
    var word: String {
      switch self {
      case .place(let name): "=\(name)"
      case .address(let address): address
      }
    }
  }

  var everybody: [Target] = []
  var members: [RoleName: [Target]] = [:]

  func targets(_ to: Playbook.Destination) -> [Target] {
    switch to {
    case .all: everybody
    case .role(let role): members[role] ?? []
    case .address(let address): [.address(address)]
    }
  }
}

extension Station {
  /// One word, without blanks.
  func peerName(on host: HostName) -> String { NamespacePlan.peerName(host, name) }
}

extension NamespacePlan {
  static func peerName(_ host: HostName, _ namespace: NamespaceName) -> String {
    CasePath.component(namespace == .host ? host.text : "\(host).\(namespace)")
  }
}

extension ProbePlan {
  /// In the case's folder on the host.
  static func file(_ name: String) -> String { CasePath.component("probe.\(name)") + ".out" }
}

extension Duration {
  /// Seconds with milliseconds where there are any: `2`, `0.250`.
  var secondsText: String {
    let (seconds, attoseconds) = components
    let milliseconds = attoseconds / 1_000_000_000_000_000
    guard milliseconds != 0 else { return "\(seconds)" }
    let digits = "\(milliseconds)"
    return "\(seconds)." + String(repeating: "0", count: 3 - digits.utf8.count) + digits
  }
}

internal import CaptureFilters
internal import CaseModel
internal import CaseStore
internal import FoundationEssentials
internal import Planning
internal import Playbooks
internal import Remotes
internal import Running

/// What the command line asks of a run: where the texts lie, what overrides them, how to connect.
struct RunRequest: Sendable {
  var playbookPath: String
  var inventoryPath: String?
  /// `--host ROLE=NAME`, when there is no inventory.
  var hostArguments: [(role: String, host: String)] = []
  var variables: [String: String] = [:]
  var limit: String?
  var caseRoot = "cases"
  var connection = ConnectionDefaults()
  /// `-b`: as if every host of the inventory said so.
  var becomes = false
  var timers = Plan.Timers()
  var forks = 10
  /// Given whom to tell what a user should know of, such as the transport that was chosen.
  var connector: @Sendable (@escaping @Sendable (JournalEntry) -> Void) -> any Connector = { note in
    DefaultConnector(passphrases: Passphrases(ask: Terminal.ask), note: note)
  }
  /// Asked before anything is touched.
  var consent: Consent?
  /// Told of everything that happens, beside the console.
  var observe: @Sendable (RunReport) -> Void = { _ in }
  /// The hosts are left to themselves once they record.
  var isDetached = false
  /// The playbook's instruments may change hosts while the run lasts.
  var allowsChanges = false
  /// The folder of a case from before a change, which this one is set beside.
  var comparedCase: String?
  /// An earlier run's case, which goes on; nil makes a new one.
  var caseID: CaseID?
  /// When the case began, for its name.
  var started = ControllerClock.now()

  func readPlaybook(_ text: String, _ console: Console) throws -> Playbook {
    try console.accepting(
      parsePlaybook(
        text, file: playbookPath, variables: variables, fillMissing: false,
        filterProblem: captureFilterProblem))
  }

  func readInventory(_ console: Console) throws -> Inventory {
    var inventory = try readHosts(console)
    if becomes { for index in inventory.hosts.indices { inventory.hosts[index].become = true } }
    return inventory
  }

  private func readHosts(_ console: Console) throws -> Inventory {
    guard let inventoryPath else { return Inventory(hostArguments) }
    let all = try console.accepting(
      parseInventory(try Self.text(of: inventoryPath, "inventory"), file: inventoryPath))
    guard let limit else { return all }
    let (limited, unmatched) = all.limited(to: limit)
    guard let limited else {
      throw Failure(
        "no-text", what: "could not limit the run to `\(limit)`",
        cause: "no host or group of `\(inventoryPath)` is called `\(unmatched ?? limit)`")
    }
    return limited
  }

  var planOptions: PlanOptions {
    PlanOptions(id: caseID ?? newID, timers: timers, isDetached: isDetached, allowsChanges: allowsChanges)
  }

  /// `20261121T051033Z-reset-through-nat`.
  private var newID: CaseID {
    let file = playbookPath.split(separator: "/").last.map(String.init) ?? "case"
    let stem =
      file.hasSuffix(".yaml") ? String(file.dropLast(5)) : file.hasSuffix(".yml") ? String(file.dropLast(4)) : file
    let safe = stem.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    return CaseID("\(Instant.compact(started.nanoseconds))-\(String(safe.prefix(40)))")
  }

  /// Puts what was asked into the case; secrets stay out.
  func keepInputs(_ planned: Investigation.Planned, in folder: CaseFolder) throws {
    try folder.write(Array(planned.playbookText.utf8), to: CasePath.playbook)
    try folder.write(Array(planned.inventory.redactedYAML().utf8), to: CasePath.inventory)
    try folder.write(try folder.encoded(planned.plan), to: CasePath.plan)
  }

  /// A playbook that comes with Stakeout may be called by its name alone.
  static func playbookText(_ path: String) throws(Failure) -> String {
    let isHere = path == "-" || FileManager.default.fileExists(atPath: path)
    return try text(of: isHere ? path : ShippedPlaybook.find(path) ?? path, "playbook")
  }

  static func text(of path: String, _ what: String) throws(Failure) -> String {
    if path == "-" { return StandardInput.text() }
    do { return String(decoding: try AtomicFile.read(path), as: UTF8.self) } catch {
      throw Failure("no-text", what: "could not read \(what) `\(path)`", cause: "\(error)".lowercased())
    }
  }
}

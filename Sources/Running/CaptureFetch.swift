internal import CaseModel
internal import CaseStore
internal import Planning
internal import Remotes

/// Brings one unit's files into the case and verifies them against what the host says of them.
struct CaptureFetch {
  let run: RunContext
  let plan: HostPlan
  let remote: any Remote

  /// The capture as far as it came home, and why not all of it did.
  func fetch(_ capture: CapturePlan, state: UnitState?) async -> (CaptureRecord, Failure?) {
    let path = CasePath.capture(plan.name, capture.namespace, capture.vantage)
    var record = CaptureRecord(capture, on: plan.name)
    var failure: Failure?
    var why: UnitEnding?
    if case .ended(let time, let ending, _, _) = state { (record.ended, why) = (time, ending) }
    record.endedBy = why?.rawValue
    do throws(Failure) {
      run.report(.host(plan.name, "fetching \(capture.vantage)"))
      record.drops = TcpdumpSummary(try await fetchLog(capture.unit, to: path + ".log")).droppedByKernel
      // A capture that never began has a log, and no file.
      if why != .failed {
        for (number, file) in try await files(of: capture).enumerated() {
          try await fetchVerified(file, to: number == 0 ? path : "\(path).\(number)")
        }
      }
    } catch { failure = error }
    for number in 0... {
      let whole = number == 0 ? path : "\(path).\(number)"
      guard let file = [whole, FetchedFile.partial(whole)].first(where: run.folder.exists) else { break }
      record.add(file, CaptureSummary(file: run.folder.location(file)))
    }
    return (record, failure)
  }

  /// On the host, the oldest first. tcpdump numbers a ring's files round and round: only their times tell.
  private func files(of capture: CapturePlan) async throws(Failure) -> [String] {
    guard capture.isRing else { return [capture.file] }
    let list = ShellCommand(script: #"ls -1tr -- "$1"[0-9]*"#, arguments: [capture.file])
    let outcome = try await remote.run(list)
    let files = outcome.text.split(separator: "\n").filter { $0.dropFirst(capture.file.count).allSatisfy(\.isNumber) }
    guard !files.isEmpty else {
      throw plan.failure(list, outcome, "fetch", what: "could not find the files of capture \(capture.vantage)")
    }
    return files.map(String.init)
  }

  /// The text that a unit has written, and what it said on the way.
  func fetch(_ unit: KeeperUnit, _ namespace: NamespaceName, as name: String) async throws(Failure) {
    try await fetch(unit, to: CasePath.log(plan.name, namespace, name))
  }

  func fetch(_ unit: KeeperUnit, to path: String) async throws(Failure) {
    try await fetchVerified("\(plan.folder)/\(unit.fileName).out", to: path)
    _ = try await fetchLog(unit, to: path + ".stderr")
  }

  func fetch(file: String, to path: String) async throws(Failure) { try await fetchVerified(file, to: path) }

  private func fetchLog(_ unit: KeeperUnit, to path: String) async throws(Failure) -> String {
    try await fetchVerified("\(plan.folder)/\(unit.logFile)", to: path)
    return String(decoding: try run.folder.read(path), as: UTF8.self)
  }

  /// Fetches, compares hashes, and tries once more before it says that the way damages files.
  private func fetchVerified(_ file: String, to path: String) async throws(Failure) {
    try run.folder.makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
    // Written only when a capture was found to be what it should be.
    if run.folder.exists(path + ".sha256") { return }
    for attempt in 1...2 {
      let source = try await remote.fetch(file, to: run.folder.location(path))
      guard let expected = source.sha256 else {
        return run.note(plan.name, event: "fetch", "`\(file)` is not verified: the host has no tool for SHA-256")
      }
      let arrived = try? SHA256.hex(ofFile: run.folder.location(path))
      if arrived == expected {
        if CasePath.isCapture(path), !path.hasSuffix(".log") {
          let name = path.split(separator: "/").last ?? ""
          try run.folder.write(Array("\(expected)  \(name)\n".utf8), to: path + ".sha256")
        }
        return
      }
      run.note(
        plan.name, event: "retry",
        "`\(file)` arrived damaged (attempt \(attempt)): \(arrived ?? "unreadable") is not \(expected)")
    }
    throw Failure(
      "damaged", host: plan.name, what: "could not fetch `\(file)` from \(plan.name)",
      cause: "its SHA-256 differed twice after the transfer", left: "the damaged copy is kept at `\(path)`")
  }
}

extension CaptureRecord {
  /// One more file of it.
  fileprivate mutating func add(_ file: String, _ summary: CaptureSummary) {
    files.append(file)
    if let count = summary.packets { packets = (packets ?? 0) + count }
    first = first ?? summary.first
    last = summary.last ?? last
  }

  /// A planned capture of which nothing has come back yet.
  init(_ capture: CapturePlan, on host: HostName) {
    self.init(
      vantage: capture.vantage, files: [], host: host, namespace: capture.namespace, interface: capture.interface,
      filter: capture.filter.isEmpty ? nil : capture.filter, snaplen: capture.snaplen, roles: capture.roles)
  }
}

/// What tcpdump prints when it ends.
struct TcpdumpSummary {
  let droppedByKernel: Int?

  init(_ log: String) {
    droppedByKernel = log.split(separator: "\n").last { $0.hasSuffix(" dropped by kernel") }
      .flatMap { $0.split(separator: " ").first }.flatMap { Int($0) }
  }
}

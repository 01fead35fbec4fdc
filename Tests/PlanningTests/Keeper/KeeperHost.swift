import CaseModel
import Foundation
import Planning
import Subprocess
import SystemPackage
import Testing

/// A shell that a host's `sh` may be.
struct KeeperShell: Sendable, CustomTestStringConvertible {
  let name: String
  let path: String
  var testDescription: String { name }

  /// Those of dash, busybox ash and bash that this machine has.
  static let here = [
    KeeperShell(name: "dash", path: "/usr/bin/dash"), KeeperShell(name: "ash", path: "/usr/bin/busybox"),
    KeeperShell(name: "bash", path: "/usr/bin/bash"),
  ].filter { FileManager.default.isExecutableFile(atPath: $0.path) }
}

/// What a test of the real thing needs. With STAKEOUT_REQUIRE_LAB=1 it is taken to be there, so that its absence fails.
enum KeeperNeeds {
  static let capturing =
    ProcessInfo.processInfo.environment["STAKEOUT_REQUIRE_LAB"] == "1"
    || (getuid() == 0
      && ["/usr/bin/tcpdump", "/usr/sbin/tcpdump"].contains(where: FileManager.default.isExecutableFile))
  static let reason: Comment = "capturing on loopback needs root and tcpdump"
}

/// A case's folder on this machine with the scripts in it, as a host would have it.
struct KeeperHost: Sendable {
  let shell: KeeperShell
  let id: String
  var folder: String { "/var/tmp/stakeout-\(id)" }
  private var shells: String { folder + "/shells" }

  /// Runs a test in a folder of its own, ends whatever of it is still there afterwards, and expects that nothing was.
  static func with(_ shell: KeeperShell, _ body: (KeeperHost) async throws -> Void) async throws {
    await gate.enter()
    defer { Task { await gate.leave() } }
    let host = KeeperHost(shell: shell, id: "test-\(UUID().uuidString.lowercased().prefix(13))")
    try host.create()
    do {
      try await body(host)
    } catch {
      await host.tearDown()
      throw error
    }
    await host.tearDown()
  }

  private static let gate = Gate(places: 6)

  private func create() throws {
    let files = FileManager.default
    try files.createDirectory(
      atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    try files.createDirectory(atPath: shells, withIntermediateDirectories: false)
    try files.createSymbolicLink(atPath: shells + "/sh", withDestinationPath: shell.path)
    for script in KeeperScripts.all { try write(script.name, Data(script.bytes)) }
  }

  private func tearDown() async {
    try? write("stop", Data())
    let deadline = ContinuousClock.now + .seconds(20)
    var left = processes
    while !left.isEmpty, ContinuousClock.now < deadline {
      try? await Task.sleep(for: .milliseconds(50))
      left = processes
    }
    #expect(left.isEmpty, "processes of the case are left: \(left.map(\.command))")
    for process in left { kill(process.pid, SIGKILL) }
    try? FileManager.default.removeItem(atPath: folder)
  }

  // MARK: files

  func write(_ name: String, _ bytes: Data) throws {
    try bytes.write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
  }

  func append(_ name: String, _ text: String) throws {
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(folder)/\(name)"))
    try file.seekToEnd()
    try file.write(contentsOf: Data(text.utf8))
    try file.close()
  }

  /// A program of that name, before all others on this host's path.
  func program(_ name: String, _ script: String) throws {
    let path = "\(shells)/\(name)"
    try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }

  var files: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] }

  /// Whether a file comes to hold a text.
  func says(_ name: String, _ text: String, within: Duration = .seconds(15)) async throws -> Bool {
    let deadline = ContinuousClock.now + within
    while ContinuousClock.now < deadline {
      if self.text(name).contains(text) { return true }
      try await Task.sleep(for: .milliseconds(20))
    }
    return false
  }

  func text(_ name: String) -> String {
    (try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)) ?? ""
  }

  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(name)") }

  // MARK: commands

  struct Outcome {
    let status: Int32
    let output: String
    let errors: String
  }

  /// Not by Foundation, whose children inherit each other's pipes: a detached keeper would hold them open.
  @discardableResult
  func run(_ words: [String], input: String = "") async throws -> Outcome {
    let result = try await Subprocess.run(
      .path(FilePath("\(shells)/sh")), arguments: Arguments(Array(words.dropFirst())),
      environment: .inherit.updating(["PATH": shells + ":/usr/local/bin:/usr/bin:/bin"]),
      input: .string(input), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    let status: Int32 = if case .exited(let code) = result.terminationStatus { code } else { -1 }
    return Outcome(status: status, output: result.standardOutput, errors: result.standardError)
  }

  @discardableResult
  func keeper(_ words: String...) async throws -> Outcome { try await run(["sh", folder + "/keeper.sh"] + words) }

  func start(_ unit: KeeperUnit) async throws {
    let outcome = try await run(unit.startWords(folder: folder))
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  /// The answers of a watch to these lines.
  @discardableResult
  func watch(_ lines: String...) async throws -> [String] {
    let outcome = try await run(["sh", folder + "/watch.sh", folder], input: lines.map { $0 + "\n" }.joined())
    #expect(outcome.errors.isEmpty, "\(outcome.errors)")
    let answers = outcome.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(answers.count == lines.count + 1)
    return Array(answers.dropLast())
  }

  // MARK: units

  func state(_ unit: KeeperUnit) -> UnitState? {
    UnitState(line: text(unit.stateFile).prefix { $0 != "\n" })
  }

  /// The state, once it is as wanted.
  func until(
    _ unit: KeeperUnit, within: Duration = .seconds(30), _ isWanted: (UnitState) -> Bool
  ) async throws -> UnitState {
    let deadline = ContinuousClock.now + within
    while true {
      if let state = state(unit), isWanted(state) { return state }
      if ContinuousClock.now > deadline {
        throw Late(
          what:
            "`\(unit.name)` is `\(text(unit.stateFile))`: \(text(unit.logFile)) \(text(unit.fileName + ".keeper.log"))")
      }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  @discardableResult
  func untilRecording(_ unit: KeeperUnit) async throws -> (armed: HostTime, pid: Int32) {
    let state = try await until(unit) { if case .starting = $0 { false } else { true } }
    if case .recording(let armed, let pid) = state { return (armed, pid) }
    // It may have ended before this machine found time to look.
    guard let armed = ArmedAnswer(line: "it=\(text(unit.fileName + ".armed").dropLast())")?.times["it"] ?? nil else {
      throw Late(what: "never recorded: \(state) \(text(unit.logFile))")
    }
    return (armed, try pid(unit, "pid"))
  }

  func untilEnded(_ unit: KeeperUnit) async throws -> UnitEnd {
    let state = try await until(unit) { if case .ended = $0 { true } else { false } }
    guard case .ended(let time, let why, let status, let bytes) = state else { throw Late(what: "not ended") }
    return UnitEnd(time: time, why: why, status: status, bytes: bytes)
  }

  func pid(_ unit: KeeperUnit, _ part: String) throws -> Int32 {
    try #require(Int32(text("\(unit.fileName).\(part)").prefix { $0 != " " }))
  }

  // MARK: processes

  struct RunningProcess {
    let pid: Int32
    let command: String
  }

  /// Every process with the case's id among its arguments.
  var processes: [RunningProcess] {
    let pids = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
    return pids.compactMap { pid in
      guard let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return nil }
      let command = String(decoding: bytes.map { $0 == 0 ? 32 : $0 }, as: UTF8.self)
      return command.contains("stakeout-\(id)") ? RunningProcess(pid: pid, command: command) : nil
    }
  }

  func isAlive(_ pid: Int32) -> Bool {
    guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      let close = stat.lastIndex(of: ")")
    else { return false }
    return !stat[close...].hasPrefix(") Z")
  }
}

/// So many tests at once that their shells still get their turns in time.
private actor Gate {
  private var places: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(places: Int) { self.places = places }

  func enter() async {
    if places > 0 { places -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
  }

  func leave() {
    if waiting.isEmpty { places += 1 } else { waiting.removeFirst().resume() }
  }
}

struct UnitEnd: Hashable {
  let time: HostTime
  let why: UnitEnding
  let status: Int32?
  let bytes: Int64
}

struct Late: Error, CustomStringConvertible {
  let what: String
  var description: String { what }
}

extension KeeperUnit {
  /// A capture on loopback into `NAME.pcap`.
  static func loopback(
    _ name: String, in host: KeeperHost, filter: String = "udp", options: [String] = []
  ) -> KeeperUnit {
    var unit = KeeperUnit(name: name, command: [])
    let file = unit.fileName + ".pcap"
    unit.command =
      ["tcpdump", "-i", "lo", "-n", "-Z", "root", "-w", "\(host.folder)/\(file)"] + options + [filter]
    unit.output = .written(file)
    unit.ready = "listening on"
    unit.poll = .milliseconds(50)
    return unit
  }

  /// A command that does nothing until it is ended, and is found by the case's id.
  static func idle(_ name: String, in host: KeeperHost) -> KeeperUnit {
    KeeperUnit(
      name: name, command: ["sh", "-c", "while :; do sleep 0.1; done", "idle", host.folder], flush: .zero,
      poll: .milliseconds(50))
  }
}

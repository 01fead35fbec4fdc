import CaseModel
import Foundation
import Planning
import Testing

@Suite("A keeper or a guard that is killed")
struct KeeperDeathTests {
  @Test(.enabled(if: KeeperNeeds.capturing, KeeperNeeds.reason), arguments: KeeperShell.here)
  func killedKeeper(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let unit = KeeperUnit.loopback("pod", in: host, filter: "udp port 9")
      try host.write(unit.undoFile, Data("echo undone >>\(host.folder)/undo.notes".utf8))
      try await host.start(unit)
      let (_, command) = try await host.untilRecording(unit)
      kill(try host.pid(unit, "keeper"), SIGKILL)
      let end = try await host.untilEnded(unit)
      #expect(end.why == .killed)
      #expect(end.status == nil)
      #expect(end.bytes == 24)
      #expect(!host.isAlive(command))
      #expect(host.text("undo.notes") == "undone\n")
      #expect(
        host.text(unit.logFile).contains("0 packets dropped by kernel"), "the capture was not ended in good order")
    }
  }

  @Test(arguments: KeeperShell.here) func killedGuardIsReplaced(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let unit = KeeperUnit.idle("pod", in: host)
      try host.write(unit.undoFile, Data("echo undone >>\(host.folder)/undo.notes".utf8))
      try await host.start(unit)
      let (_, command) = try await host.untilRecording(unit)
      let first = try await guardOf(unit, in: host, otherThan: 0)
      kill(first, SIGKILL)
      _ = try await guardOf(unit, in: host, otherThan: first)
      #expect(host.isAlive(command))
      #expect(!host.has("undo.notes"))

      kill(try host.pid(unit, "keeper"), SIGKILL)
      #expect(try await host.untilEnded(unit).why == .killed)
      #expect(!host.isAlive(command))
      #expect(host.text("undo.notes") == "undone\n")
    }
  }

  @Test(arguments: KeeperShell.here) func termIsAStop(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let unit = KeeperUnit.idle("pod", in: host)
      try await host.start(unit)
      let (_, command) = try await host.untilRecording(unit)
      kill(try await guardOf(unit, in: host, otherThan: 0), SIGTERM)
      kill(try host.pid(unit, "keeper"), SIGTERM)
      #expect(try await host.untilEnded(unit).why == .stop)
      #expect(!host.isAlive(command))
    }
  }

  @Test(arguments: KeeperShell.here) func bothKilledIsSeenAndEnded(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let unit = KeeperUnit.idle("pod", in: host)
      try host.write(unit.undoFile, Data("echo undone >>\(host.folder)/undo.notes".utf8))
      try await host.start(unit)
      let (_, command) = try await host.untilRecording(unit)
      let guardian = try await guardOf(unit, in: host, otherThan: 0)
      let keeper = try host.pid(unit, "keeper")
      kill(keeper, SIGSTOP)  // else it might replace its guard in between
      kill(guardian, SIGKILL)
      kill(keeper, SIGKILL)
      let deadline = ContinuousClock.now + .seconds(10)
      while host.isAlive(keeper) || host.isAlive(guardian), ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(10))
      }
      let sweep = try await host.keeper("sweep", host.folder)
      #expect(sweep.status == 2)
      #expect(sweep.output == "unit pod pid \(command)\n")

      #expect(try await host.keeper("end", host.folder).status == 0)
      #expect(try await host.untilEnded(unit).why == .killed)
      #expect(!host.isAlive(command))
      #expect(host.text("undo.notes") == "undone\n")
    }
  }

  /// The keeper dies at any moment of the start: never is a command left that nobody watches.
  @Test(arguments: KeeperShell.here) func killedWhileStarting(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      for round in 0..<12 {
        let unit = KeeperUnit.idle("pod\(round)", in: host)
        try await host.start(unit)
        try await Task.sleep(for: .milliseconds(round))
        let keeper = try host.pid(unit, "keeper")
        kill(keeper, SIGKILL)
        if !host.has("\(unit.name).guard") {
          // Nobody was there yet to end it: then nothing may run either.
          try await host.keeper("end", host.folder)
          try FileManager.default.removeItem(atPath: host.folder + "/stop")
        }
        #expect(try await host.untilEnded(unit).why == .killed)
      }
    }
  }

  /// A pid file that tells of another process, which has the number now, must not let it be killed.
  @Test(arguments: KeeperShell.here) func aNumberUsedAgainIsNotOurs(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      try host.write("pod.unit", Data("- INT 0\n".utf8))
      try host.write("pod.state", Data("recording 1.000000000 1\n".utf8))
      let stranger = getpid()
      for part in ["pid", "keeper", "guard"] { try host.write("pod.\(part)", Data("\(stranger) 1\n".utf8)) }
      let answers = try await host.watch("beat")
      #expect(BeatAnswer(line: answers[0])?.units == [.init(name: "pod", phase: .ended(.killed), bytes: 0)])
      #expect(try await host.keeper("end", host.folder).status == 0)
      #expect(try await host.keeper("sweep", host.folder).output == "removed\n")
    }
  }

  private func guardOf(_ unit: KeeperUnit, in host: KeeperHost, otherThan old: Int32) async throws -> Int32 {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
      if let pid = Int32(host.text("\(unit.fileName).guard").prefix { $0 != " " }), pid != old, host.isAlive(pid) {
        return pid
      }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw Late(what: "`\(unit.name)` has no new guard")
  }
}

import CaseModel
import Foundation
import Planning
import Testing

@Suite("A unit's life under its keeper")
struct KeeperLifeTests {
  @Test(arguments: KeeperShell.here) func runsDetachedUntilStopped(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let unit = KeeperUnit.idle("pod", in: host)
      let before = HostTime(nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9))
      try await host.start(unit)
      let (armed, pid) = try await host.untilRecording(unit)
      #expect(armed.since(before) > -100_000_000)
      #expect(pid == (try host.pid(unit, "pid")))
      #expect(try session(of: pid) == pid)
      #expect(Set(host.processes.map(\.pid)).isSuperset(of: [pid, try host.pid(unit, "keeper")]))

      #expect(try await host.watch("stop pod") == ["ok"])
      let end = try await host.untilEnded(unit)
      #expect(end.why == .stop)
      #expect(end.time.since(armed) > 0)
      #expect(!host.isAlive(pid))
    }
  }

  @Test(arguments: KeeperShell.here) func oneStopEndsAll(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let units = ["pod", "node"].map { KeeperUnit.idle($0, in: host) }
      for unit in units { try await host.start(unit) }
      for unit in units { try await host.untilRecording(unit) }
      #expect(try await host.watch("stop") == ["ok"])
      for unit in units { #expect(try await host.untilEnded(unit).why == .stop) }
    }
  }

  @Test(arguments: KeeperShell.here) func commandThatIsNotThere(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      for (name, ready) in [("plain", nil), ("awaited", "listening on")] {
        let unit = KeeperUnit(name: name, command: ["no-such-command", host.folder], ready: ready)
        try await host.start(unit)
        let end = try await host.untilEnded(unit)
        #expect(end.why == .failed)
        #expect(end.status == 127)
        #expect(host.text(unit.logFile).contains("not found"))
      }
    }
  }

  @Test(arguments: KeeperShell.here) func endsByItself(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let cases: [(String, KeeperUnit.Kind, String?, UnitEnding)] = [
        ("exit 0", .capture, nil, .packets), ("exit 0", .probe, nil, .died), ("exit 3", .capture, nil, .died),
        ("echo ready >&2; exit 0", .capture, "ready", .packets), ("echo no >&2; exit 1", .capture, "ready", .failed),
        ("kill -9 $$", .capture, nil, .died),
      ]
      for (number, (script, kind, ready, why)) in cases.enumerated() {
        let unit = KeeperUnit(name: "unit\(number)", command: ["sh", "-c", script], kind: kind, ready: ready)
        try await host.start(unit)
        let end = try await host.untilEnded(unit)
        #expect(end.why == why, "\(script)")
        let status: Int32? = script.hasPrefix("kill") ? 137 : script.last.flatMap { Int32(String($0)) }
        #expect(end.status == status, "\(script)")
      }
    }
  }

  @Test(arguments: KeeperShell.here) func oddNamesAndWords(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let name = "node a/é=1:* `x` $(y) 'z'"
      let words = ["two  words", "$HOME", "*", "a'b\"c\\", "line\nfeed", "", "-n", "--"]
      var unit = KeeperUnit(
        name: name, command: ["sh", "-c", "printf '%s|' \"$@\"; while :; do sleep 0.1; done", "odd"] + words)
      unit.flush = .zero
      unit.output = .stdout("out.txt")
      try await host.start(unit)
      try await host.untilRecording(unit)
      let expected = words.joined(separator: "|") + "|"
      let deadline = ContinuousClock.now + .seconds(10)
      while host.text("out.txt").utf8.count < expected.utf8.count, ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(10))
      }
      #expect(host.text("out.txt") == expected)

      let answers = try await host.watch("beat", "armed", "state \(unit.fileName)", "stop \(unit.fileName)")
      let beat = try #require(BeatAnswer(line: answers[0]))
      #expect(beat.units == [.init(name: name, phase: .recording, bytes: Int64(expected.utf8.count))])
      #expect(ArmedAnswer(line: answers[1])?.times.keys.first == name)
      #expect(UnitState(line: answers[2]) != nil)
      #expect(answers[3] == "ok")
      #expect(try await host.untilEnded(unit).why == .stop)
    }
  }

  @Test(arguments: KeeperShell.here) func whatAProbeLeavesRunningIsEnded(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let loop = "while :; do sleep 0.1; done"
      let script =
        "sh -c '\(loop)' child \"$1\" & echo $! >\"$1/child\"; [ \"$2\" = leave ] || while :; do sleep 0.1; done"
      for (name, how) in [("leaves", "leave"), ("stays", "stay")] {
        let unit = KeeperUnit(name: name, command: ["sh", "-c", script, "parent", host.folder, how], kind: .probe)
        try await host.start(unit)
        if how == "stay" {
          try await host.untilRecording(unit)
          try await host.watch("stop \(name)")
        }
        _ = try await host.untilEnded(unit)
        let child = try #require(Int32(host.text("child").prefix { $0 != "\n" }))
        #expect(!host.isAlive(child), "\(name)")
      }
    }
  }

  /// One that runs when the stop comes, and one that rests until the next.
  @Test(arguments: KeeperShell.here) func aTryThatRunsMayEnd(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let units = [("runs", "0.5", "sleep 1"), ("rests", "60", "true"), ("hangs", "0.5", "sleep 60")].map {
        name, interval, script in
        KeeperUnit(
          name: name,
          command: ["sh", "\(host.folder)/probe.sh", "0", interval, "90", "sh", "-c", script, "try", host.folder],
          kind: .probe, output: .stdout("\(name).out"), flush: .seconds(name == "hangs" ? 1 : 20),
          poll: .milliseconds(50))
      }
      for unit in units { try await host.start(unit) }
      #expect(try await host.says("hangs.out", " begin 1\n"))
      #expect(try await host.says("rests.out", " end 1 "))
      #expect(try await host.says("runs.out", " begin "))
      try await host.watch("stop")
      for unit in units {
        let status = try await host.untilEnded(unit).status
        #expect(
          status == (unit.name == "hangs" ? 143 : 0),
          "\(unit.name): \(host.text(unit.name + ".log")) \(host.text(unit.name + ".out"))")
      }
      #expect(host.text("runs.out").wholeMatch(of: /(?s:.*) end \d+ status 0\n/) != nil)
      #expect(host.text("rests.out").wholeMatch(of: /\S+ begin 1\n\S+ end 1 status 0\n/) != nil)
      #expect(host.text("hangs.out").wholeMatch(of: /\S+ begin 1\n/) != nil, "a try that was cut off has no end")
    }
  }

  @Test(arguments: KeeperShell.here) func aNameIsUsedOnce(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let unit = KeeperUnit(name: "pod", command: ["sh", "-c", "exit 0"])
      try await host.start(unit)
      _ = try await host.untilEnded(unit)
      let again = try await host.run(unit.startWords(folder: host.folder))
      #expect(again.status == 64)
      #expect(again.errors.contains("was started before"))
    }
  }

  @Test(arguments: KeeperShell.here) func onlyTheKeeperCanWriteToTheFifo(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let unit = KeeperUnit.idle("pod", in: host)
      try await host.start(unit)
      let (_, command) = try await host.untilRecording(unit)
      let keeper = try host.pid(unit, "keeper")
      #expect(writers(of: "pod.fifo", keeper) == 1)
      for pid in [command, try host.pid(unit, "guard")] { #expect(writers(of: "pod.fifo", pid) == 0) }
    }
  }

  private func session(of pid: Int32) throws -> Int32 {
    let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
    let close = try #require(stat.lastIndex(of: ")"))
    return try #require(Int32(stat[close...].split(separator: " ")[4]))
  }

  private func writers(of name: String, _ pid: Int32) -> Int {
    let folder = "/proc/\(pid)/fd"
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return numbers.filter { number in
      let target = (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(number)")) ?? ""
      let flags = (try? String(contentsOfFile: "/proc/\(pid)/fdinfo/\(number)", encoding: .utf8)) ?? ""
      let mode = flags.split(separator: "\n").first { $0.hasPrefix("flags:") }?.last
      return target.contains(name) && mode != "0"
    }.count
  }
}

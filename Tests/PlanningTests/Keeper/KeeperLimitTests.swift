import CaseModel
import Foundation
import Planning
import Testing

@Suite("What ends a unit without anybody asking")
struct KeeperLimitTests {
  @Test(arguments: KeeperShell.here) func duration(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      var unit = KeeperUnit.idle("pod", in: host)
      unit.duration = .milliseconds(1_500)
      try await host.start(unit)
      let (armed, _) = try await host.untilRecording(unit)
      let end = try await host.untilEnded(unit)
      #expect(end.why == .duration)
      #expect(end.time.since(armed) > 1_300_000_000)
    }
  }

  @Test(arguments: KeeperShell.here) func deadline(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      var unit = KeeperUnit.idle("pod", in: host)
      unit.deadline = HostTime(nanoseconds: Int64(Date().timeIntervalSince1970 + 3) * 1_000_000_000)
      unit.silence = nil
      try await host.start(unit)
      let end = try await host.untilEnded(unit)
      #expect(end.why == .deadline)
      #expect(end.time.since(try #require(unit.deadline)) > -100_000_000)
    }
  }

  /// The undo notes the uptime and whether the capture still runs: first when silence begins, again when all is over.
  @Test(arguments: KeeperShell.here) func silenceThenGrace(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      var capture = KeeperUnit.idle("pod", in: host)
      capture.silence = .seconds(2)
      capture.grace = .seconds(2)
      try host.write(
        capture.undoFile,
        Data(
          """
          read -r pid rest <\(host.folder)/pod.pid
          read -r uptime rest </proc/uptime
          if kill -0 "$pid"; then echo "$uptime recording"; else echo "$uptime ended"; fi >>\(host.folder)/undo.notes
          """.utf8))
      var probe = KeeperUnit.idle("probe", in: host)
      probe.kind = .probe
      probe.silence = .seconds(2)
      try await host.start(capture)
      try await host.start(probe)
      let (captureArmed, _) = try await host.untilRecording(capture)
      let (probeArmed, _) = try await host.untilRecording(probe)

      let probeEnd = try await host.untilEnded(probe)
      #expect(probeEnd.why == .silence)
      #expect(probeEnd.time.since(probeArmed) > 1_800_000_000)
      let end = try await host.untilEnded(capture)
      #expect(end.why == .silence)
      #expect(end.time.since(captureArmed) > 3_800_000_000)

      let notes = host.text("undo.notes").split(separator: "\n").map { $0.split(separator: " ") }
      #expect(notes.map { $0[1] } == ["recording", "ended"])
      #expect(host.text("pod.undone") == "0\n")
      let times = notes.compactMap { Double($0[0]) }
      #expect(times[1] - times[0] > 1.8)
    }
  }

  @Test(arguments: KeeperShell.here) func beatsKeepAUnitAlive(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      var unit = KeeperUnit.idle("pod", in: host)
      unit.silence = .seconds(2)
      unit.grace = .zero
      try await host.start(unit)
      let (armed, _) = try await host.untilRecording(unit)
      let beating = "n=0; while [ $n -lt 40 ]; do echo beat; sleep 0.1; n=$((n + 1)); done | sh \"$1/watch.sh\" \"$1\""
      let lines = try await host.run(["sh", "-c", beating, "beating", host.folder]).output.split(separator: "\n")
      let beats = lines.compactMap { BeatAnswer(line: $0) }
      #expect(beats.count == 40)
      for beat in beats {
        #expect(beat.units == [.init(name: "pod", phase: .recording, bytes: 0)])
        #expect(beat.freeKilobytes ?? 0 > 0)
      }
      let last = try #require(beats.last).time
      #expect(last.since(armed) > 3_800_000_000)
      let end = try await host.untilEnded(unit)
      #expect(end.why == .silence)
      #expect(end.time.since(last) > 1_800_000_000)
    }
  }

  /// A file that jumps over its limit between two looks is cut by the kernel; one that grows slowly is ended in time.
  @Test(arguments: KeeperShell.here) func size(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let limit: Int64 = 1_000_000
      var fast = KeeperUnit(
        name: "fast", command: ["sh", "-c", "sleep 0.3; exec dd if=/dev/zero of=fast.bin bs=65536 count=4096"])
      fast.output = .written("fast.bin")
      var slow = KeeperUnit(
        name: "slow", command: ["sh", "-c", "while :; do printf '%010000d' 0; sleep 0.05; done"])
      slow.output = .stdout("slow.bin")
      for var unit in [fast, slow] {
        unit.bytes = limit
        unit.poll = .milliseconds(50)
        unit.flush = .zero
        try await host.start(unit)
      }
      let fastEnd = try await host.untilEnded(fast)
      #expect(fastEnd.why == .size)
      #expect((limit..<limit + 1_024).contains(fastEnd.bytes))
      let slowEnd = try await host.untilEnded(slow)
      #expect(slowEnd.why == .size)
      #expect((limit / 2..<limit + 1_024).contains(slowEnd.bytes))
      #expect(host.text("slow.bin").utf8.count == slowEnd.bytes)
      #expect(!host.has("core"))
    }
  }

  @Test(arguments: KeeperShell.here) func diskFloor(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      var unit = KeeperUnit.idle("pod", in: host)
      unit.freeKilobytes = 1 << 50
      try await host.start(unit)
      #expect(try await host.untilEnded(unit).why == .disk)
    }
  }
}

import CaseModel
import Foundation
import Planning
import Testing

@Suite("The case's folder on a host")
struct KeeperFolderTests {
  @Test(arguments: KeeperShell.here) func sweepWaitsForTheLastUnit(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let unit = KeeperUnit.idle("pod", in: host)
      try await host.start(unit)
      let (_, command) = try await host.untilRecording(unit)
      let early = try await host.keeper("sweep", host.folder)
      #expect(early.status == 2)
      #expect(early.output.hasPrefix("unit pod "))
      #expect(early.output.contains("pid \(command)"))
      #expect(host.isAlive(command))

      try await host.watch("stop")
      _ = try await host.untilEnded(unit)
      #expect(try await host.keeper("sweep", host.folder).output == "removed\n")
      #expect(!host.has(""))
    }
  }

  @Test(arguments: KeeperShell.here) func whatCouldNotBeUndoneKeepsTheFolder(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let unit = KeeperUnit(name: "pod", command: ["sh", "-c", "exit 0"])
      try host.write(unit.undoFile, Data("test -e \(host.folder)/better".utf8))
      try await host.start(unit)
      _ = try await host.untilEnded(unit)
      try await untilGone(unit, in: host)
      let sweep = try await host.keeper("sweep", host.folder)
      #expect(sweep.status == 2)
      #expect(sweep.output == "undo pod status 1\n")
      try host.write("better", Data())
      #expect(try await host.keeper("sweep", host.folder).output == "removed\n")
    }
  }

  @Test(arguments: KeeperShell.here) func foreignPathsAreRefused(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let link = "/var/tmp/stakeout-link-\(host.id)"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: host.folder)
      defer { try? FileManager.default.removeItem(atPath: link) }
      let foreign = [
        "/", "/var/tmp", "/var/tmp/", "/var/tmp/stakeout-", "/var/tmp/stakeout-x/../..", host.folder + "/shells",
        host.folder + "/../\(host.id)", "/var/tmp/../tmp/stakeout-\(host.id)", "/var/tmp/stakeout-..",
        "var/tmp/stakeout-\(host.id)", "/var/tmp/stakeout-*", "/var/tmp/stakeout-a b", "/var/tmp/stakeout-a\nb", link,
        "/tmp/stakeout-\(host.id)", "",
      ]
      for path in foreign {
        for verb in ["sweep", "end"] {
          let outcome = try await host.keeper(verb, path)
          #expect(outcome.status == 64, "\(verb) \(path)")
          #expect(outcome.output.isEmpty, "\(verb) \(path)")
        }
      }
      #expect(host.has("keeper.sh"))
    }
  }

  @Test(arguments: KeeperShell.here) func listTellsLiveFromStopped(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      #expect(try await line(of: host) == "stopped")
      let unit = KeeperUnit.idle("pod", in: host)
      try await host.start(unit)
      try await host.untilRecording(unit)
      #expect(try await line(of: host) == "live")
      try await host.keeper("end", host.folder)
      _ = try await host.untilEnded(unit)
      try await untilGone(unit, in: host)
      #expect(try await line(of: host) == "stopped")
      try await host.watch("beat")
      #expect(try await line(of: host) == "live", "its controller was heard just now")
    }
  }

  @Test(arguments: KeeperShell.here) func watchAnswersEveryLine(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let answers = try await host.watch(
        "armed", "beat", "state", "state pod", "state ../x", "stop nobody", "", "nonsense $(id) `id` *", "ARMED")
      #expect(answers[0] == "")
      #expect(BeatAnswer(line: answers[1])?.units == [])
      for answer in answers[2...] { #expect(answer.hasPrefix("error "), "\(answer)") }
      #expect(!host.has("stop"))
    }
  }

  /// A cut connection leaves its session standing, with nobody behind it.
  @Test(arguments: KeeperShell.here) func whatNobodyAsksEnds(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let outcome = try await host.run([
        "sh", "-c",
        #"""
        mkfifo "$1/ear" && exec 9<>"$1/ear"
        timeout 20 sh "$1/watch.sh" "$1" 1 <&9; [ $? = 124 ] || echo watch has ended
        echo method >&9; timeout 20 sh "$1/clock.sh" 1 <&9 >/dev/null; [ $? = 124 ] || echo clock has ended
        """#, "sh", host.folder,
      ])
      #expect(outcome.output == "watch has ended\nclock has ended\n", "\(outcome.errors)")
    }
  }

  @Test(arguments: KeeperShell.here) func wrongSettingsAreRefusedBeforeAnythingStarts(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let wrong = [
        ["kind=other"], ["silence=x"], ["grace=1.2.3"], ["bytes=-1"], ["signal=int;id"], ["out=../x"], ["out=a/b"],
        ["unknown=1"], ["poll="],
      ]
      for settings in wrong {
        let words = ["sh", "\(host.folder)/keeper.sh", "start", host.folder, "pod"] + settings + ["--", "true"]
        let outcome = try await host.run(words)
        #expect(outcome.status == 64, "\(settings)")
        #expect(outcome.errors.hasPrefix("keeper: "), "\(settings)")
        #expect(!host.has("pod.state"))
      }
      for name in ["", ".", "..", "a/b", "a b", "-x", "a\nb", "$(id)"] {
        let outcome = try await host.keeper("start", host.folder, name, "--", "true")
        #expect(outcome.status == 64, "\(name)")
      }
      #expect(try await host.keeper("start", host.folder, "pod", "grace=1").status == 64)
    }
  }

  private func line(of host: KeeperHost) async throws -> Substring? {
    let lines = try await host.keeper("list", "/var/tmp").output.split(separator: "\n")
    let words = lines.map { $0.split(separator: " ") }.first { $0.first?.elementsEqual(host.id) == true }
    #expect(words?.count == 3 && Int64(words?[2] ?? "") ?? 0 > 0)
    return words?[1]
  }

  private func untilGone(_ unit: KeeperUnit, in host: KeeperHost) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while !host.processes.isEmpty, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(10)) }
  }
}

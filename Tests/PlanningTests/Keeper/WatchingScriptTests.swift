import Foundation
import Planning
import Testing

/// Logs that are followed, lines that are waited for, and probes of several targets.
@Suite("Watching scripts")
struct WatchingScriptTests {
  /// Written, rotated, and written again: every line once, each behind a moment.
  @Test(arguments: KeeperShell.here) func aFileIsFollowedThroughItsRotation(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      try host.write("app.log", Data("old\n".utf8))
      let log = KeeperUnit(
        name: "log.app",
        command: ["sh", "\(host.folder)/follow.sh", host.folder, "-", "file", "\(host.folder)/app.log"],
        output: .stdout("log.app.out"), flush: .zero, poll: .milliseconds(50))
      try await host.start(log)
      try await host.untilRecording(log)
      try await Task.sleep(for: .milliseconds(300))
      try host.append("app.log", "one\n")
      #expect(try await host.says("log.app.out", "one"))
      try FileManager.default.moveItem(atPath: "\(host.folder)/app.log", toPath: "\(host.folder)/app.log.1")
      try host.write("app.log", Data("two\n".utf8))
      #expect(try await host.says("log.app.out", "two"))
      try await host.watch("stop")
      _ = try await host.untilEnded(log)
      let lines = host.text("log.app.out").split(separator: "\n")
      #expect(lines.map { $0.split(separator: " ").last } == ["one", "two"])
      #expect(lines.allSatisfy { $0.wholeMatch(of: /\d{10}\.\d+ \w+/) != nil }, "\(lines)")
    }
  }

  /// A refused connection to loopback is a RST that this kernel sends.
  @Test(arguments: KeeperShell.here) func aCounterThatRisesEndsTheWait(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let unit = KeeperUnit(
        name: "trigger.1.here", command: ["sh", "\(host.folder)/count.sh", "TcpOutRsts", "0"], kind: .probe,
        output: .stdout("trigger.1.here.out"), flush: .zero, poll: .milliseconds(50))
      try await host.start(unit)
      try await host.untilRecording(unit)
      _ = try? await host.run(["sh", "-c", "exec bash -c ': </dev/tcp/127.0.0.1/1'"])
      let ended = try await host.untilEnded(unit)
      #expect(ended.why == .died)
      #expect(ended.status == 0)
      #expect(host.text("trigger.1.here.out").wholeMatch(of: /TcpOutRsts rose by [1-9]\d*\n/) != nil)
    }
  }

  @Test(arguments: KeeperShell.here) func aCounterThatTheKernelLacksIsNotZero(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let outcome = try await host.run(["sh", "\(host.folder)/count.sh", "TcpExtNoSuch", "0"])
      #expect(outcome.status == 3)
      #expect(outcome.errors == "this kernel has no counter `TcpExtNoSuch`\n")
    }
  }

  @Test(arguments: KeeperShell.here) func theThirdMatchEndsTheWait(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      try host.write("it.out", Data("1.0 end 1 status 0\n2.0 end 2 status 7\n".utf8))
      let unit = KeeperUnit(
        name: "trigger.1.it",
        command: ["sh", "\(host.folder)/await.sh", "\(host.folder)/it.out", "3", "^[0-9.]+ end [0-9]+ status [1-9]"],
        kind: .probe, output: .stdout("trigger.1.it.out"), flush: .zero, poll: .milliseconds(50))
      try await host.start(unit)
      try await host.untilRecording(unit)
      try host.append("it.out", "3.0 end 3 status 1\n4.0 end 4 status 0\n")
      try await Task.sleep(for: .milliseconds(300))
      #expect(host.text("trigger.1.it.out").isEmpty)
      try host.append("it.out", "5.0 end 5 status 124\n")
      let end = try await host.untilEnded(unit)
      #expect(end.why == .died)
      #expect(end.status == 0)
      #expect(host.text("trigger.1.it.out") == "5:5.0 end 5 status 124\n")
      #expect(!host.files.contains { $0.hasSuffix(".fifo") })
    }
  }

  @Test(arguments: KeeperShell.here) func stoppedItHasSeenNothing(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      try host.write("it.out", Data())
      let unit = KeeperUnit(
        name: "trigger.1.it", command: ["sh", "\(host.folder)/await.sh", "\(host.folder)/it.out", "1", "x"],
        kind: .probe, output: .stdout("trigger.1.it.out"), flush: .zero, poll: .milliseconds(50))
      try await host.start(unit)
      try await host.untilRecording(unit)
      try await host.watch("stop")
      #expect(try await host.untilEnded(unit).why == .stop)
    }
  }

  /// Port 1 of loopback refuses; a name that nobody knows is a failure, too.
  @Test(arguments: KeeperShell.here) func everyTargetIsToldOf(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let listener = try Listener()
      try host.write("peers", Data("here 127.0.0.1\n".utf8))
      let outcome = try await host.run([
        "sh", "-c", #"exec sh "$0/round.sh" "$0" connect 3 "$1",1 - "=here" "=nobody" 3>&1"#, host.folder,
        "\(listener.port)",
      ])
      #expect(outcome.status == 3, "\(outcome.output)\(outcome.errors)")
      let told = Set(
        outcome.output.split(separator: "\n").map {
          $0.split(separator: " ").dropFirst().prefix(5).joined(separator: " ")
        })
      #expect(
        told == [
          "to here connect \(listener.port) ok", "to here connect 1 failed",
          "to nobody connect \(listener.port) failed", "to nobody connect 1 failed",
        ])
    }
  }
}

extension WatchingScriptTests {
  /// The network that the controller comes by may be none of those between the hosts. (Busybox runs its own `ip`, whatever else the
  /// path has.)
  @Test(arguments: KeeperShell.here.filter { $0.name != "ash" }) func aTargetIsSpokenToWhereThereIsARoute(
    shell: KeeperShell
  ) async throws {
    try await KeeperHost.with(shell) { host in
      let listener = try Listener()
      try host.write("peers", Data("here 192.0.2.1 192.0.2.2 127.0.0.1\n".utf8))
      let routes = """
        #!/bin/sh
        case $4 in
          192.0.2.1) exit 2 ;;
          192.0.2.2) echo "local $4 dev lo" ;;
          *) echo "$4 dev eth0 src 10.0.0.1" ;;
        esac
        """
      try host.write("ip", Data(routes.utf8))
      let outcome = try await host.run([
        "sh", "-c",
        #"chmod +x "$0/ip"; PATH=$0:$PATH; export PATH; exec sh "$0/round.sh" "$0" connect 3 "$1" - "=here" 3>&1"#,
        host.folder, "\(listener.port)",
      ])
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
      #expect(outcome.output.contains(" to here connect \(listener.port) ok "))
    }
  }
}

/// Accepts on a port of loopback.
private final class Listener: Sendable {
  let port: UInt16
  private let descriptor: Int32

  init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(UInt32(0x7f00_0001).bigEndian)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let isUp = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 8) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    try #require(isUp)
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit { close(descriptor) }
}

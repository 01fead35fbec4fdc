import Foundation
import Glibc
import Planning
import Testing

@Suite("A network namespace", .enabled(if: KeeperNeeds.capturing, KeeperNeeds.reason))
struct NamespaceScriptTests {
  @Test(arguments: KeeperShell.here) func commandsRunInIt(shell: KeeperShell) async throws {
    try await withNamespace(shell) { host, name in
      let found = try await host.run(["sh", "\(host.folder)/namespace.sh", "find", host.folder, "blue", "netns", name])
      try #require(found.status == 0, "\(found.errors)")
      let words = found.output.split(separator: " ")
      #expect(words.count == 5)
      #expect(words.first == "blue")
      let inside = try await enter(host, ["ip", "-o", "link"])
      #expect(inside.output.split(separator: "\n").count == 1, "it has only its loopback: \(inside.output)")
    }
  }

  /// What was found is another namespace now, though its name is the same.
  @Test(arguments: KeeperShell.here) func oneThatWasReplacedIsNotEntered(shell: KeeperShell) async throws {
    try await withNamespace(shell) { host, name in
      let found = try await host.run(["sh", "\(host.folder)/namespace.sh", "find", host.folder, "blue", "netns", name])
      try #require(found.status == 0, "\(found.errors)")
      let note = host.text("blue.ns").split(separator: " ")
      try host.write("blue.ns", Data("\(note[0]) 1 - - - -\n".utf8))
      let outcome = try await enter(host, ["echo", "inside"])
      #expect(outcome.status == 125)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors == "namespace `blue` is not what it was: its container was replaced, or has ended\n")
    }
  }

  @Test(arguments: KeeperShell.here) func aProcessIsBelievedOnlyWithItsStart(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let own = "\(ProcessInfo.processInfo.processIdentifier)"
      let found = try await host.run(["sh", "\(host.folder)/namespace.sh", "find", host.folder, "blue", "pid", own])
      try #require(found.status == 0, "\(found.errors)")
      #expect(try await enter(host, ["echo", "inside"]).output == "inside\n")
      var note = host.text("blue.ns").split(separator: " ").map(String.init)
      note[3] = "1"
      try host.write("blue.ns", Data(note.joined(separator: " ").utf8 + Array("\n".utf8)))
      #expect(try await enter(host, ["echo", "inside"]).status == 125)
    }
  }

  @Test(arguments: [
    (["netns", "nosuch"], "there is no network namespace `nosuch` here\n"),
    (["pid", "2147483647"], "there is no process 2147483647 here\n"),
    (["netns", "-x"], "`-x` names no netns\n"),
  ])
  func whatIsNotThereIsNamed(asked: [String], says: String) async throws {
    try await KeeperHost.with(KeeperShell.here[0]) { host in
      let outcome = try await host.run(
        ["sh", "\(host.folder)/namespace.sh", "find", host.folder, "blue"] + asked)
      #expect(outcome.status != 0)
      #expect(outcome.errors == says)
      #expect(!host.has("blue.ns"))
    }
  }

  /// An engine that knows two containers by that name, as a node with docker and podman may.
  @Test(arguments: KeeperShell.here) func aContainerIsAskedForByName(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let own = ProcessInfo.processInfo.processIdentifier
      try host.program(
        "docker", "case $* in *envoy) echo \(own) 0123abc ;; *twins) echo 1 a; echo 2 b ;; *) exit 1 ;; esac")
      func find(_ name: String) async throws -> KeeperHost.Outcome {
        try await host.run(["sh", "\(host.folder)/namespace.sh", "find", host.folder, "c", "container", name])
      }
      let found = try await find("envoy")
      #expect(found.output.hasSuffix(" \(own) docker 0123abc\n"), "\(found.output)\(found.errors)")
      #expect(
        try await find("twins").errors
          == "2 containers here are called `twins` (docker a, docker b): name one by its id\n")
      #expect(try await find("none").errors.hasPrefix("no running container `none` is known to docker"))
    }
  }

  /// A name with a star may be that of several pods of a node: which of them is meant, nobody can know.
  @Test(arguments: KeeperShell.here) func aPodIsAskedForByTheBeginningOfItsName(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let own = ProcessInfo.processInfo.processIdentifier
      try host.program(
        "crictl",
        """
        case $* in
          "pods --quiet --state ready --namespace shop --name ^web") echo one; echo two ;;
          "pods --quiet --state ready --namespace shop --name ^web-1$") echo one ;;
          inspectp*name*one) echo web-1 ;;
          inspectp*name*two) echo web-2 ;;
          inspectp*one) echo \(own) 0123abc ;;
          inspectp*two) echo \(getppid()) 4567def ;;
          *) exit 1 ;;
        esac
        """)
      func find(_ name: String) async throws -> KeeperHost.Outcome {
        try await host.run(["sh", "\(host.folder)/namespace.sh", "find", host.folder, "p", "pod", name])
      }
      #expect(try await find("shop/web-1").output.hasSuffix(" \(own) crictl 0123abc\n"))
      #expect(
        try await find("shop/web*").errors
          == "2 pods here are called `shop/web*` (crictl web-1, crictl web-2): name one in full\n")
      #expect(try await find("shop/db*").errors == "no running pod `shop/db*` is known to crictl\n")
    }
  }

  /// As it is done where nothing of ours is yet.
  @Test(arguments: KeeperShell.here) func whatIsOnlySoughtLeavesNothing(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let own = "\(ProcessInfo.processInfo.processIdentifier)"
      let text = String(decoding: KeeperScripts.seeking, as: UTF8.self)
      let folder = "/var/tmp/stakeout-sought-\(UUID())"
      let sought = try await host.run(["sh", "-c", text, "namespace.sh", "seek", folder, "blue", "pid", own])
      #expect(sought.output.hasPrefix("blue ") && sought.output.hasSuffix(" \(own) - -\n"), "\(sought)")
      #expect(!FileManager.default.fileExists(atPath: folder))
    }
  }

  private func enter(_ host: KeeperHost, _ words: [String]) async throws -> KeeperHost.Outcome {
    try await host.run(["sh", "\(host.folder)/namespace.sh", "enter", host.folder, "blue", "net"] + words)
  }

  private func withNamespace(_ shell: KeeperShell, _ body: (KeeperHost, String) async throws -> Void) async throws {
    try await KeeperHost.with(shell) { host in
      let name = "so\(UUID().uuidString.prefix(8))"
      let made = try await host.run(["sh", "-c", "/sbin/ip netns add \(name)"])
      try #require(made.status == 0, "\(made.errors)")
      do { try await body(host, name) } catch {
        try await host.run(["sh", "-c", "/sbin/ip netns delete \(name)"])
        throw error
      }
      try await host.run(["sh", "-c", "/sbin/ip netns delete \(name)"])
    }
  }
}

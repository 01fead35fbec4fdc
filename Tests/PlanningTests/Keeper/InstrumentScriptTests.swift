import Foundation
import Planning
import Testing

/// A change of the kernel's own rules, in a network namespace made for it, and its way back.
@Suite("A temporary change", .enabled(if: KeeperNeeds.capturing, KeeperNeeds.reason))
struct InstrumentScriptTests {
  @Test(arguments: KeeperShell.here) func isTakenBackWhenItsHolderIsKilled(shell: KeeperShell) async throws {
    try await withNamespace(shell) { host, enter in
      try await changesAndKills(host, enter)
      #expect(host.text("instrument.with") == "nft\n")
    }
  }

  /// A host whose kernel knows no nft, though the program is there.
  @Test(arguments: KeeperShell.here) func goesThroughIptablesWhereTheHostHasNoNft(shell: KeeperShell) async throws {
    try await withNamespace(shell) { host, enter in
      try host.program("nft", "exit 1")
      try await changesAndKills(host, enter)
      #expect(host.text("instrument.with") == "iptables\n")
    }
  }

  private func changesAndKills(_ host: KeeperHost, _ enter: [String]) async throws {
    let before = try await state(host, enter)
    #expect(before.rules == 0)
    let start = try await host.run(try keeper(host, enter))
    try #require(start.status == 0, "\(start.errors)")
    try #require(try await host.says("instrument.log", "changed"), "\(host.text("instrument.log"))")
    let during = try await state(host, enter)
    #expect(during.rules >= 2, "for what arrives and for what leaves")
    #expect(during.setting == "255")

    for part in ["keeper", "pid"] {
      let number = try #require(host.text("instrument.\(part)").split(separator: " ").first.flatMap { Int32($0) })
      kill(number, SIGKILL)
    }
    #expect(try await host.says("instrument.state", "ended"))
    #expect(host.text("instrument.undone") == "0\n", "\(host.text("instrument.log"))")
    #expect(try await state(host, enter) == before)
    let again = try await host.run(["sh", "\(host.folder)/instrument.undo"])
    #expect(again.status == 0, "\(again.errors)")
  }

  @Test func somethingElseIsRefused() async throws {
    try await KeeperHost.with(KeeperShell.here[0]) { host in
      let outcome = try await host.run(["sh", "\(host.folder)/instrument.sh", "hold", host.folder, "x", "reboot"])
      #expect(outcome.status == 64)
      #expect(outcome.errors == "`reboot` is no instrument\n")
    }
  }

  // MARK: the namespace

  private struct State: Equatable {
    /// Those of ours, of either kind.
    var rules: Int
    var setting: String
  }

  private func state(_ host: KeeperHost, _ enter: [String]) async throws -> State {
    func said(_ words: String...) async throws -> String {
      try await host.run(["sh", "-c", "exec \"$@\"", "sh"] + enter + words).output
    }
    let tables = ["/usr/sbin/iptables-save", "/usr/sbin/ip6tables-save"]
    var rules = try await said("/usr/sbin/nft", "list", "table", "inet", host.table)
    for table in tables { rules += try await said(table, "-t", "mangle") }
    return State(
      rules: rules.split(separator: "\n").count { $0.contains("stakeout:\(host.id)") },
      setting: try await said("cat", "/proc/sys/net/netfilter/nf_conntrack_log_invalid").trimmingCharacters(
        in: .newlines))
  }

  private func keeper(_ host: KeeperHost, _ enter: [String]) throws -> [String] {
    let script = enter + ["sh", "\(host.folder)/instrument.sh"]
    let subject = [host.folder, "instrument", "log-invalid"]
    try host.write("instrument.undo", Data((["exec"] + script + ["undo"] + subject).joined(separator: " ").utf8 + [10]))
    return ["sh", "\(host.folder)/keeper.sh", "start", host.folder, "instrument", "kind=probe", "ready=changed", "--"]
      + script + ["hold"] + subject
  }

  private func withNamespace(_ shell: KeeperShell, _ body: (KeeperHost, [String]) async throws -> Void) async throws {
    try await KeeperHost.with(shell) { host in
      let name = "so\(UUID().uuidString.prefix(8))"
      let made = try await host.run(["sh", "-c", "/sbin/ip netns add \(name)"])
      try #require(made.status == 0, "\(made.errors)")
      do { try await body(host, ["nsenter", "--net=/run/netns/\(name)"]) } catch {
        try await host.run(["sh", "-c", "/sbin/ip netns delete \(name)"])
        throw error
      }
      try await host.run(["sh", "-c", "/sbin/ip netns delete \(name)"])
    }
  }
}

extension KeeperHost {
  fileprivate var table: String { "stakeout_" + String(id.map { $0.isLetter || $0.isNumber ? $0 : "_" }) }
}

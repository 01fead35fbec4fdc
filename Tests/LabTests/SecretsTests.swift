import CaseModel
import Foundation
import Lab
import TestSupport
import Testing

/// Runs over logins that take a secret: sudo's password, a key's passphrase; with TLS keys to bring home. What is secret is seen nowhere
/// else, neither while the run lasts nor in what it leaves.
@Suite(.serialized)
struct SecretsTests {
  private static let password = "it's a secret 4711"
  private static let passphrase = "correct horse 0815"
  private static let tlsKey = "9f1c0ffee0ddf00d"
  private static let playbook = """
    name: With secrets
    roles: { client: {}, server: {} }
    captures: [{ name: all, on: all }]
    checks: [{ counters: [TcpExtTCPAbortOnData], on: all, every: 1s }]
    tls-keys: [{ on: server, file: /var/log/keys.log }]
    probes: [{ name: who, on: server, run: [id], every: 1s }]
    until: [{ duration: 3s }]
    """

  @Test(.needsLab) func areInNoArgumentNoEnvironmentAndNoFileButTheirOwn() async throws {
    try await LabSite.with { site in
      try await letInOperator(try site.host("server"))
      try site.write(Self.playbook, to: "secrets.yaml")
      try site.write(try inventory(site.lab), to: "inventory.yaml")
      let run = try FaultedRun(["run", "secrets.yaml", "-i", "inventory.yaml", "-v"], in: site.folder)
      var shown: Set<String> = []
      while run.process.isRunning {
        shown.formUnion(processesShowing([Self.password, Self.tlsKey]))
        try await Task.sleep(for: .milliseconds(20))
      }
      #expect(shown.isEmpty)
      #expect(try run.manifest().state == .complete, "\(run.errors)")
      #expect(try run.journal().contains { $0.says == "`ops` becomes root by sudo" }, "\(run.errors)")
      #expect(!run.errors.contains(Self.password) && !run.errors.contains(Self.tlsKey))
      #expect(try files(in: site.folder, holding: "secret 4711") == ["inventory.yaml"])
      #expect(
        try files(in: site.folder, holding: Self.tlsKey).allSatisfy { $0.hasSuffix("/hosts/server/host/tls/keys.log") })
      #expect(try !files(in: site.folder, holding: Self.tlsKey).isEmpty, "the keys themselves came home")
    }
  }

  /// By libssh2 to one host and by the system's ssh to the others, which all want the same key.
  @Test(.needsLab, .enabled(if: TerminalProgram.isPossible, "there is no `script` to give a terminal"))
  func aPassphraseIsAskedForOnceAndSeenNowhere() async throws {
    try await LabSite.with { site in
      try site.write(LabSite.threeCaptures, to: "three.yaml")
      try site.write(try inventoryWithLockedKey(site), to: "inventory.yaml")
      let run = try TerminalProgram("run three.yaml -i inventory.yaml -v -y", in: site.folder)
      #expect(try await holds { run.said.contains("Enter passphrase for key") }, "\(run.said)")
      try run.type(Self.passphrase)
      var shown: Set<String> = []
      while run.process.isRunning {
        shown.formUnion(processesShowing([Self.passphrase]))
        try await Task.sleep(for: .milliseconds(20))
      }
      #expect([0, 1, 2].contains(try run.end()), "\(run.said)")
      #expect(shown.isEmpty)
      #expect(run.said.components(separatedBy: "Enter passphrase for key").count == 2, "\(run.said)")
      #expect(!run.said.contains(Self.passphrase))
      let journal = try String(contentsOfFile: "\(site.folder)/cases/latest/journal.jsonl", encoding: .utf8)
      #expect(journal.contains("the transport is the system's ssh, not libssh2: it was asked for"), "\(run.said)")
      let manifest = try JSONText.decode(
        Manifest.self, from: Array(Data(contentsOf: URL(fileURLWithPath: "\(site.folder)/cases/latest/case.json"))))
      #expect(manifest.state == .complete, "\(run.said)")
      #expect(try files(in: site.folder, holding: Self.passphrase).isEmpty)
      try await site.expectNothingLeft()
    }
  }

  /// The lab's own key under a passphrase.
  private func inventoryWithLockedKey(_ site: LabSite) throws -> String {
    let text = try String(contentsOfFile: site.lab.inventoryPath, encoding: .utf8)
    let line = try #require(text.split(separator: "\n").first { $0.contains("private_key: ") })
    let key = try #require(line.split(separator: "\"").last)
    _ = try MachineState.output([
      "sh", "-c", #"cp -- "$1" "$2" && chmod 600 "$2" && ssh-keygen -q -p -P '' -N "$3" -f "$2""#, "sh", "\(key)",
      "\(site.folder)/locked", Self.passphrase,
    ])
    let locked = text.replacingOccurrences(of: key, with: "\(site.folder)/locked")
    let server = try #require(locked.range(of: "  server:\n")).upperBound
    return String(locked[..<server]).replacingOccurrences(
      of: "    user: root\n", with: "    user: root\n    transport: openssh\n")
      + locked[server...]
  }

  /// A login of that host alone: its `/etc` is a copy.
  private func letInOperator(_ server: LabHost) async throws {
    try await server.run([
      "sh", "-c",
      #"""
      set -e
      cp -a /etc /run/own-etc && mount --bind /run/own-etc /etc
      chmod 755 /etc/ssh && chmod 644 /etc/ssh/authorized_keys
      echo "127.0.0.1 $(hostname)" >>/etc/hosts # sudo asks for it
      echo 'ops:x:4711:4711::/tmp:/bin/sh' >>/etc/passwd
      echo 'ops:x:4711:' >>/etc/group
      echo "ops:$(openssl passwd -6 "$1"):19000:0:99999:7:::" >>/etc/shadow
      rm -f /etc/sudoers.d/*
      printf '%s\n' 'root ALL=(ALL) ALL' 'ops ALL=(root) /bin/sh' >/etc/sudoers && chmod 0440 /etc/sudoers
      echo "CLIENT_RANDOM 00 $2" >/var/log/keys.log
      """#, "sh", Self.password, Self.tlsKey,
    ])
  }

  private func inventory(_ lab: RunningLab) throws -> String {
    var lines = try String(contentsOfFile: lab.inventoryPath, encoding: .utf8).components(separatedBy: "\n")
    let server = try #require(lines.firstIndex(of: "  server:"))
    let user = try #require(lines[server...].firstIndex(of: "    user: root"))
    lines[user] = "    user: ops\n    become: true\n    become_password: \"\(Self.password)\""
    return lines.joined(separator: "\n")
  }

  private func processesShowing(_ secrets: [String]) -> Set<String> {
    var found: Set<String> = []
    for process in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] where Int(process) != nil {
      for file in ["cmdline", "environ"] {
        guard let bytes = FileManager.default.contents(atPath: "/proc/\(process)/\(file)") else { continue }
        let text = String(decoding: bytes, as: UTF8.self)
        if secrets.contains(where: text.contains) { found.insert(text) }
      }
    }
    return found
  }

  private func files(in folder: String, holding text: String) throws -> [String] {
    try MachineState.output(["sh", "-c", #"cd "$1" && grep -rlaF -- "$2" . ; :"#, "sh", folder, text])
      .split(separator: "\n").map { String($0.dropFirst(2)) }.filter { !$0.hasPrefix("cases/latest/") }.sorted()
  }
}

internal import CaseModel
internal import FoundationEssentials
internal import Glibc

/// What the known_hosts files say of a host, and the one place that adds to them.
struct KnownHostsFiles: Sendable {
  private static let timeout = Duration.seconds(15)
  private let host: HostName
  private let names: [String]
  private let files: [String]
  let acceptsNew: Bool
  private let note: @Sendable (JournalEntry) -> Void
  let found: KnownHosts

  var firstFile: String { files.first ?? "known_hosts" }

  /// Looks the host up.
  init(
    target: ConnectionTarget, resolution: SSHResolution, note: @escaping @Sendable (JournalEntry) -> Void
  ) async throws(Failure) {
    host = target.host
    names = resolution.knownHostNames
    files = (target.knownHosts.map { [$0] } ?? resolution.userKnownHosts) + resolution.globalKnownHosts
    acceptsNew = target.acceptNew || resolution.strictChecking == .acceptNew || resolution.strictChecking == .off
    self.note = note
    var found = KnownHosts()
    for name in names where found.types.isEmpty {
      for file in files { found.lines += try await Self.lookUp(name, in: file, host) }
    }
    self.found = found
  }

  /// Compares the key that the host shows.
  func verify(_ key: [UInt8]) async throws(Failure) {
    let name = names.first ?? host.text
    let type = KnownHosts.type(ofKey: key) ?? "unknown"
    let fingerprint = await fingerprint(of: key)
    switch found.verdict(on: key) {
    case .known: return
    case .revoked: throw .hostKeyRevoked(host, name: name, fingerprint: fingerprint)
    case .changed(let known):
      throw .hostKeyChanged(host, name: name, type: type, fingerprint: fingerprint, known: known)
    case .unknown:
      guard acceptsNew, let file = files.first else {
        throw .hostKeyUnknown(
          host, name: name, type: type, fingerprint: fingerprint, file: firstFile)
      }
      try add(KnownHosts.line(name: name, key: key), to: file)
      noteTrust("\(type) \(fingerprint)")
    }
  }

  /// Before another program adds to the file: a last line without an end would swallow what it adds.
  func endLastLine() throws(Failure) {
    if acceptsNew, let file = files.first, access(file, W_OK) == 0 { try add("", to: file) }
  }

  /// - Parameter key: its type and its fingerprint.
  func noteTrust(_ key: String) {
    note(
      JournalEntry(
        at: .now, event: "note", host: host,
        says: "took the key \(key) of `\(names.first ?? host.text)` on trust and added it to `\(firstFile)`"))
  }

  private static func lookUp(
    _ name: String, in file: String, _ host: HostName
  ) async throws(Failure) -> [KnownHosts.Line] {
    guard access(file, R_OK) == 0 else {
      // A file that is not there says nothing; one that may not be read could say no.
      if errno == ENOENT || errno == ENOTDIR { return [] }
      throw .configuration(host, "`\(file)`: \(String(cString: strerror(errno)))")
    }
    let command = ShellCommand(words: ["ssh-keygen", "-F", name, "-f", file])
    let outcome = try await LocalRemote().run(command, timeout: timeout)
    switch outcome.ending {
    case .exited(0): return KnownHosts(outcome.text).lines
    case .exited(1): return []
    default:
      let words = outcome.errorText.split(separator: "\n").last.map(String.init)
      throw .configuration(host, "`\(file)` cannot be searched: \(words ?? outcome.ending.description)")
    }
  }

  /// As OpenSSH prints it: `SHA256:...`.
  private func fingerprint(of key: [UInt8]) async -> String {
    guard let line = KnownHosts.line(name: "x", key: key)?.dropFirst(2) else { return "(unreadable)" }
    let outcome = try? await LocalRemote().run(
      ShellCommand(words: ["ssh-keygen", "-lf", "-"]), input: Array(line.utf8), limit: 4096, timeout: Self.timeout)
    let words = outcome?.text.split(separator: " ") ?? []
    return words.count > 1 ? String(words[1]) : "(unreadable)"
  }

  private func add(_ line: String?, to file: String) throws(Failure) {
    guard let line else { return }
    let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    if !folder.isEmpty { mkdir(folder, 0o700) }
    let descriptor = open(file, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .configuration(host, "`\(file)`: \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    // A last line without an end would swallow ours.
    var last = UInt8(ascii: "\n")
    let length = lseek(descriptor, 0, SEEK_END)
    if length > 0 { pread(descriptor, &last, 1, length - 1) }
    let bytes = Array(((last == UInt8(ascii: "\n") ? "" : "\n") + line).utf8)
    if bytes.isEmpty { return }
    guard write(descriptor, bytes, bytes.count) == bytes.count else {
      throw .configuration(host, "`\(file)`: \(String(cString: strerror(errno)))")
    }
  }
}

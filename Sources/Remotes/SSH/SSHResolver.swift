internal import CaseModel
internal import FoundationEssentials
internal import Glibc

/// Asks OpenSSH's own configuration about a target, by `ssh -G`.
struct SSHResolver {
  private static let timeout = Duration.seconds(15)
  let target: ConnectionTarget

  func resolve() async throws(Failure) -> SSHResolution {
    try target.checkNames()
    let outcome = try await LocalRemote().run(ShellCommand(words: arguments), timeout: Self.timeout)
    guard outcome.isSuccess else {
      let words = outcome.errorText.split(separator: "\n").last.map(String.init)
      throw .configuration(target.host, words ?? "`ssh -G` ended with \(outcome.ending)")
    }
    let resolution = SSHResolution(outcome.text)
    guard !resolution.hostname.isEmpty else { throw .configuration(target.host, "`ssh -G` names no host") }
    return resolution
  }

  /// The keys that there are. Missing ones are passed over, since the defaults are listed whether they exist or not; but not one
  /// that was asked for by name.
  func loginPlan(_ resolution: SSHResolution) throws(Failure) -> LoginPlan {
    let tokens = tokens(resolution)
    var identities: [LoginPlan.Identity] = []
    for name in resolution.identityFiles {
      guard name != "none", let path = tokens.expand(name), let identity = Self.identity(path),
        !identities.contains(where: { $0.path == path })
      else { continue }
      identities.append(identity)
    }
    if let asked = target.privateKey {
      let path = tokens.expand(asked) ?? asked
      guard let identity = Self.identity(path) else { throw unusable(path) }
      identities.removeAll { $0.path == path }
      identities.insert(identity, at: 0)
    }
    return LoginPlan(
      user: resolution.user, agent: tokens.agent(resolution.identityAgent), identities: identities,
      identitiesOnly: resolution.identitiesOnly)
  }

  private func unusable(_ path: String) -> Failure {
    let isThere = access(path, R_OK) == 0
    return Failure(
      "authentication", host: target.host, what: "could not log in to \(target.host)",
      cause: isThere ? "`\(path)` is not a private key" : "`\(path)`: \(String(cString: strerror(errno)))",
      hint: "`--private-key` names the private file, not the `.pub` one")
  }

  private var arguments: [String] {
    var words = ["ssh"]
    if let file = target.configFile { words += ["-F", file] }
    if let port = target.port { words += ["-p", String(port)] }
    if let user = target.user { words += ["-l", user] }
    if let key = target.privateKey { words += ["-i", key] }
    if let jump = target.jump { words += ["-J", jump] }
    return words + ["-G", "--", target.address]
  }

  private func tokens(_ resolution: SSHResolution) -> SSHTokens {
    // OpenSSH takes the home folder from the password file, whatever HOME says.
    let entry = getpwuid(getuid())?.pointee
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    return SSHTokens(
      home: entry.map { String(cString: $0.pw_dir) } ?? "/", localUser: entry.map { String(cString: $0.pw_name) } ?? "",
      localHost: String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self),
      userID: String(getuid()), hostname: resolution.hostname, port: resolution.port, remoteUser: resolution.user,
      original: target.address, environment: ProcessInfo.processInfo.environment)
  }

  private static func identity(_ path: String) -> LoginPlan.Identity? {
    guard let text = SmallFile.read(path), let file = PrivateKeyFile(text) else { return nil }
    let shown = SmallFile.read(path + ".pub")?.split(separator: " ").dropFirst().first
    return LoginPlan.Identity(
      path: path, file: file, publicKey: shown.flatMap { Data(base64Encoded: String($0)) }.map { Array($0) },
      hasCertificate: access(path + "-cert.pub", R_OK) == 0)
  }
}

/// Files that people write: keys and the like.
enum SmallFile {
  private static let longest = 64 * 1024

  /// Nil for what cannot be read, or is no such file.
  static func read(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: longest)
    let count = Glibc.read(descriptor, &bytes, longest)
    return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
  }
}

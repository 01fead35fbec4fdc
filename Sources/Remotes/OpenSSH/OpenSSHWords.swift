/// What an `ssh` says on stderr at its first level of debugging, taken apart: what it found on its way, and its own words to people.
struct OpenSSHWords {
  private static let longestLine = 500
  private static let mostLines = 20

  /// `ssh-ed25519 SHA256:...`: the key that the host showed.
  private(set) var hostKey: String?
  /// The keys that were offered, as they are named to people.
  private(set) var offered: [String] = []
  /// What the server would still take: `publickey,password`.
  private(set) var wanted: String?
  /// Why a connection through this one did not come about, the last time.
  private(set) var refusedForward: String?
  /// The host was not known, and now is.
  private(set) var tookKey = false
  private(set) var lines: [String] = []
  private var question: String?
  private var buffer = LineBuffer()

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    buffer.append(bytes)
    while let line = buffer.next() { read(line) }
    // Whoever says so much without a line feed is no `ssh`.
    if buffer.isOverfull { buffer = LineBuffer() }
  }

  /// What is being asked, once.
  mutating func takeQuestion() -> String? {
    defer { question = nil }
    return question
  }

  /// The last of what was said, without the frames of asterisks and at-signs.
  var text: String {
    let told = lines.filter { line in line.contains { $0.isLetter } && !line.contains("@@@@") }
    return told.suffix(3).joined(separator: "; ")
  }

  /// Said by a program that should go through the established connection of another.
  static let refusedForwarding = "Stdio forwarding request failed"

  /// The jump host's side of it did not come about.
  var isRefusedForward: Bool { says(Self.refusedForwarding) }

  func says(_ text: String) -> Bool { lines.contains { $0.contains(text) } }

  private mutating func read(_ raw: String) {
    let line = String(raw.prefix(Self.longestLine).filter { $0 != "\r" })
    if line.hasPrefix(OpenSSHFolder.question) {
      question = String(line.dropFirst(OpenSSHFolder.question.count))
    } else if line.hasPrefix("debug1: ") {
      note(line.dropFirst("debug1: ".count))
    } else if line.hasPrefix("channel "), let reason = line.firstRange(of: ": open failed: ") {
      refusedForward = String(line[reason.upperBound...])
    } else if line.hasPrefix("Warning: Permanently added ") {
      tookKey = true
    } else if !line.hasPrefix("Authenticated to "), !line.hasPrefix("Transferred: "),
      !line.hasPrefix("Bytes per second: ")
    {
      lines.append(line)
      if lines.count > Self.mostLines { lines.removeFirst() }
    }
  }

  private mutating func note(_ line: Substring) {
    if let key = Self.rest(of: line, after: "Server host key: ") {
      hostKey = key
    } else if let certificate = Self.rest(of: line, after: "Server host certificate: ") {
      hostKey = certificate.split(separator: " ").prefix(2).joined(separator: " ").filter { $0 != "," }
    } else if let key = Self.rest(of: line, after: "Offering public key: "), offered.count < Self.mostLines {
      offered.append("`\(key.split(separator: " ").first ?? "a key")`")
    } else if let methods = Self.rest(of: line, after: "Authentications that can continue: ") {
      wanted = methods
    }
  }

  private static func rest(of line: Substring, after prefix: String) -> String? {
    line.hasPrefix(prefix) ? String(line.dropFirst(prefix.count)) : nil
  }
}

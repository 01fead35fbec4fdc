public import CaseModel

/// What was found of one host: for each thing that a run needs, whether it is as it should be.
public struct Examination: Hashable, Sendable, Encodable {
  public enum Standing: String, Hashable, Sendable, Encodable {
    case fine
    /// A run works, but less well, or not in every way.
    case note
    case trouble
  }

  public struct Finding: Hashable, Sendable, Encodable {
    /// `login`, `root`, `tools`, `disk`, `clock`, `mtu`.
    public var subject: String
    public var standing: Standing
    public var says: String
    public var hint: String?
  }

  public let host: HostName
  public internal(set) var findings: [Finding] = []

  init(host: HostName) { self.host = host }

  public var isFine: Bool { !findings.contains { $0.standing == .trouble } }

  mutating func note(_ subject: String, _ standing: Standing, _ says: String, hint: String? = nil) {
    findings.append(Finding(subject: subject, standing: standing, says: says, hint: hint))
  }

  mutating func note(_ subject: String, _ failure: Failure) {
    note(subject, .trouble, "\(failure.what): \(failure.cause)", hint: failure.hint)
  }

  /// Judges what the host told of itself.
  mutating func judge(_ facts: HostFacts) {
    judgeTools(facts)
    judgeDisk(facts)
    let links = facts.interfaces.map { "\($0.name) \($0.mtu)" }.joined(separator: ", ")
    note("mtu", links.isEmpty ? .note : .fine, links.isEmpty ? "it does not tell" : links)
  }

  private mutating func judgeTools(_ facts: HostFacts) {
    if facts.tools.contains("tcpdump"), let version = facts.tcpdump {
      note("tools", .fine, "\(version), \(facts.kernel)")
    } else {
      note("tools", .trouble, "there is no tcpdump", hint: "install the package `tcpdump`")
    }
    if facts.tools.isDisjoint(with: ["setsid"]) {
      note("tools", .trouble, "there is no setsid", hint: "install the package `util-linux`")
    }
    if facts.tools.isDisjoint(with: ["sha256sum", "openssl", "shasum", "busybox"]) {
      note("tools", .note, "nothing there computes SHA-256, so that what is fetched cannot be verified")
    }
    if facts.tools.isDisjoint(with: ["bash", "perl", "python3"]) {
      note("tools", .note, "neither bash, perl nor python3 is there: its clock is read by `date`, a process each time")
    }
    if facts.killsUserProcesses {
      note(
        "tools", .note, "logind ends whatever a login started (`KillUserProcesses=yes`), and captures with it",
        hint: "`loginctl enable-linger \(facts.user)` lets them live")
    }
  }

  /// Captures end by themselves below the floor of a run, 512 MB; one more takes 100 MB unless a playbook says otherwise.
  private mutating func judgeDisk(_ facts: HostFacts) {
    guard let free = facts.freeKilobytes else {
      return note("disk", .note, "it does not tell what is free in /var/tmp")
    }
    let megabytes = free / 1_000
    if megabytes < 650 {
      note("disk", .trouble, "only \(megabytes) MB are free in /var/tmp", hint: "captures end below 512 MB")
    } else if facts.filesystem == "tmpfs" {
      note("disk", .trouble, "/var/tmp is in memory (tmpfs)", hint: "captures would use it up")
    } else {
      note("disk", .fine, "\(megabytes / 1_000).\(megabytes % 1_000 / 100) GB are free in /var/tmp")
    }
  }

  /// - Parameter offset: nanoseconds by which the host's clock is ahead of ours, give or take `bound`.
  mutating func judgeClock(offset: Int64, bound: Int64, _ facts: HostFacts) {
    let size = Self.seconds(offset.magnitude)
    let direction =
      offset.magnitude <= bound.magnitude ? "not told from ours" : offset < 0 ? "\(size) s slow" : "\(size) s fast"
    let source = facts.isSynchronized.map { $0 ? ", synchronised" : ", not synchronised" } ?? ""
    let isOff = offset.magnitude > 1_000_000_000 + bound.magnitude
    note(
      "clock", isOff || facts.isSynchronized == false ? .note : .fine,
      "\(direction), give or take \(Self.seconds(bound.magnitude)) s\(source)",
      hint: isOff ? "captures are aligned all the same; its logs are read by its own clock" : nil)
  }

  private static func seconds(_ nanoseconds: UInt64) -> String {
    let milliseconds = nanoseconds / 1_000_000
    let rest = "\(milliseconds % 1_000)"
    return "\(milliseconds / 1_000).\(String(repeating: "0", count: 3 - rest.utf8.count))\(rest)"
  }
}

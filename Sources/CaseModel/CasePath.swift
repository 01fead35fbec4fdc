/// Where things lie in a case folder. The only place that knows these names.
public enum CasePath {
  public static let manifest = "case.json"
  public static let playbook = "playbook.yaml"
  public static let inventory = "inventory.yaml"
  public static let plan = "plan.json"
  public static let journal = "journal.jsonl"
  public static let hashes = "manifest.sha256"
  /// Measures of the case that this one is compared with, as they were when it was made.
  public static let before = "before.json"
  public static let findings = "analysis/findings.json"
  public static let flows = "analysis/flows.json"
  public static let clocks = "analysis/clocks.json"
  public static let timeline = "analysis/timeline.ndjson"
  public static let merged = "analysis/merged.pcapng"
  public static let postmortem = "postmortem.md"
  /// Written beside a postmortem that a person has edited.
  public static let newPostmortem = "postmortem.new.md"
  public static let postmortemPage = "postmortem.html"
  public static let newPostmortemPage = "postmortem.new.html"

  public static func clock(_ host: HostName) -> String { "hosts/\(component(host.text))/clock.json" }

  public static func capture(_ host: HostName, _ namespace: NamespaceName, _ vantage: VantageName) -> String {
    "\(folder(host, namespace))/captures/\(component(vantage.text)).pcap"
  }

  /// Whether a file of the case's hosts is a capture, by where it lies.
  public static func isCapture(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    return parts.count == 5 && parts[0] == "hosts" && parts[3] == "captures"
  }

  public static func check(
    _ host: HostName, _ namespace: NamespaceName, _ phase: CheckPhase, _ command: String
  ) -> String {
    "\(folder(host, namespace))/checks/\(phase.rawValue)_\(component(command)).txt"
  }

  /// A reading while captures recorded, counted from 1.
  public static func check(
    _ host: HostName, _ namespace: NamespaceName, during number: Int, _ command: String
  ) -> String {
    let digits = String(repeating: "0", count: max(0, 4 - "\(number)".utf8.count)) + "\(number)"
    return "\(folder(host, namespace))/checks/\(CheckPhase.during.rawValue)_\(component(command)).\(digits).txt"
  }

  public static func log(_ host: HostName, _ namespace: NamespaceName, _ name: String) -> String {
    "\(folder(host, namespace))/logs/\(component(name)).log"
  }

  /// What the kernel's tracepoints said.
  public static func trace(_ host: HostName) -> String { "\(folder(host, .host))/traces/trace.txt" }

  /// TLS session keys; `number` counts the playbook's entries from 1.
  public static func keys(_ host: HostName, _ namespace: NamespaceName, _ number: Int) -> String {
    "\(folder(host, namespace))/tls/keys\(number == 1 ? "" : ".\(number)").log"
  }

  /// Whether a file of the case's hosts holds TLS session keys, by where it lies.
  public static func isKeys(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    return parts.count == 5 && parts[0] == "hosts" && parts[3] == "tls" && path.hasSuffix(".log")
  }

  public static func folder(_ host: HostName, _ namespace: NamespaceName) -> String {
    "hosts/\(component(host.text))/\(component(namespace.text))"
  }

  /// One path component that cannot climb, hide or be an option: everything but letters, digits, `.`, `_`, `-`, `@`, `~` is
  /// percent-encoded, and so is a leading `.` or `-`.
  public static func component(_ name: String) -> String {
    var text = ""
    for (position, byte) in name.utf8.enumerated() {
      switch byte {
      case 48...57, 65...90, 97...122, UInt8(ascii: "_"), UInt8(ascii: "@"), UInt8(ascii: "~"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: "."), UInt8(ascii: "-"):
        if position > 0 { text.unicodeScalars.append(Unicode.Scalar(byte)) } else { text += percent(byte) }
      default: text += percent(byte)
      }
    }
    return text.isEmpty ? "%00" : text
  }

  /// What `component` was made of.
  public static func name(ofComponent component: some StringProtocol) -> String {
    var bytes: [UInt8] = []
    var rest = component.utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        rest.removeFirst(2)
        bytes.append(value)
      } else {
        bytes.append(byte)
      }
    }
    return bytes == [0] ? "" : String(decoding: bytes, as: UTF8.self)
  }

  private static func percent(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "%" + (digits.utf8.count == 1 ? "0" : "") + digits
  }
}

/// When a check was read.
public enum CheckPhase: String, Sendable, Codable, CaseIterable, Comparable {
  case before, during, after

  public static func < (a: Self, b: Self) -> Bool { a.order < b.order }
  private var order: Int {
    switch self {
    case .before: 0
    case .during: 1
    case .after: 2
    }
  }
}

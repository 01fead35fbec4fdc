internal import CaseModel

/// What a host tells of itself when it is asked whether a run could use it. Every line of its answer may be anything.
public struct HostFacts: Hashable, Sendable {
  public struct Interface: Hashable, Sendable {
    public var name: String
    public var mtu: Int
  }

  public var user = "?"
  public var isRoot = false
  public var kernel = "?"
  public var tools: Set<String> = []
  /// As it names itself; nil where there is none.
  public var tcpdump: String?
  /// In the folder that captures would lie in.
  public var freeKilobytes: Int64?
  public var filesystem: String?
  public var interfaces: [Interface] = []
  /// nil where nobody there knows.
  public var isSynchronized: Bool?
  /// Whatever a login started ends with it.
  public var killsUserProcesses = false

  public init(_ answer: String) {
    for line in answer.split(whereSeparator: \.isNewline).prefix(Self.mostLines) {
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      if words.count == 2 { read(words[0], words[1]) }
    }
  }

  private static let mostLines = 1_000

  private mutating func read(_ key: String, _ value: String) {
    switch key {
    case "user": user = value
    case "uid": isRoot = value == "0"
    case "kernel": kernel = value
    case "tool": tools.insert(value)
    case "tcpdump": tcpdump = tcpdump ?? value
    case "free": freeKilobytes = Int64(value)
    case "filesystem": filesystem = value
    case "mtu":
      let words = value.split(separator: " ")
      if words.count == 2, let mtu = Int(words[1]) { interfaces.append(Interface(name: String(words[0]), mtu: mtu)) }
    case "ntp": isSynchronized = value == "yes"
    case "kills": killsUserProcesses = value == "yes"
    default: break
    }
  }

  /// Looks, and changes nothing.
  static let question = ShellCommand(
    script: """
      echo "user $(id -un)"
      echo "uid $(id -u)"
      echo "kernel $(uname -sr)"
      for tool in tcpdump setsid sha256sum openssl shasum busybox gzip bash perl python3 ip ss nstat nsenter; do
        command -v "$tool" > /dev/null 2>&1 && echo "tool $tool"
      done
      echo "tcpdump $(tcpdump --version 2>&1 | head -n 1)"
      set -- $(df -Pk /var/tmp 2>/dev/null | tail -n 1)
      echo "free $4"
      echo "filesystem $(stat -f -c %T /var/tmp 2>/dev/null)"
      for link in /sys/class/net/*/mtu; do
        name=${link#/sys/class/net/}
        echo "mtu ${name%/mtu} $(cat "$link")"
      done
      synchronized=$(timedatectl show -p NTPSynchronized --value 2>/dev/null) && echo "ntp $synchronized"
      cat /etc/systemd/logind.conf /etc/systemd/logind.conf.d/*.conf 2>/dev/null \\
        | grep -q '^[[:space:]]*KillUserProcesses[[:space:]]*=[[:space:]]*yes' && echo "kills yes"
      exit 0
      """)
}

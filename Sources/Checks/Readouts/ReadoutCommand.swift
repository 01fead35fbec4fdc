public import CaseModel

/// The ordinary commands whose output is evidence. The name is the COMMAND of `{before,during,after}_COMMAND.txt`.
///
/// None changes anything on a host: no module is loaded, no table created, no history file written. Where the tool is missing
/// the kernel's own files are read, and the parsers take either form.
public enum ReadoutCommand: String, Hashable, Sendable, CaseIterable {
  case nstat, sysctl, uname
  case conntrackStatistics = "conntrack_S"
  case conntrackTable = "conntrack_L"
  case interfaces = "ip_link"
  case addresses = "ip_addr"
  case routes = "ip_route"
  case listenQueues = "ss_ltn"

  var script: StaticString {
    switch self {
    case .nstat: Self.nstatScript
    case .sysctl: Self.sysctlScript
    case .uname: "uname -r"
    case .conntrackStatistics: Self.conntrackScript
    case .conntrackTable: Self.conntrackTableScript
    case .interfaces: Self.interfacesScript
    case .addresses: "ip addr"
    case .routes: Self.routesScript
    case .listenQueues: Self.listenQueuesScript
    }
  }

  // `-a` with `-s` neither reads nor writes nstat's history file. A busybox or failing nstat prints nothing useful.
  private static let nstatScript: StaticString = """
    counters=$(nstat -asz 2>/dev/null) && [ -n "$counters" ] && { printf '%s\\n' "$counters"; exit 0; }
    cat /proc/net/netstat /proc/net/snmp || exit 1
    cat /proc/net/snmp6 2>/dev/null
    exit 0
    """

  // Operands are checked keys; `.` and `/` change places as sysctl(8) has it. A key that is absent prints nothing.
  private static let sysctlScript: StaticString = """
    for key; do
      path=/proc/sys/$(printf '%s' "$key" | tr ./ /.)
      [ -f "$path" ] || continue
      value=$(cat "$path" 2>/dev/null) && printf '%s = %s\\n' "$key" "$value"
    done
    exit 0
    """

  // conntrack(8) makes the kernel load nf_conntrack_netlink, so it is asked only where that is there already or where no
  // module can be loaded at all.
  private static let conntrackScript: StaticString = """
    modules=/lib/modules/$(uname -r)
    if [ -d /sys/module/nf_conntrack_netlink ] || [ ! -d "$modules" ] ||
      grep -qs nf_conntrack_netlink "$modules/modules.builtin"
    then
      statistics=$(conntrack -S 2>/dev/null) && [ -n "$statistics" ] && { printf '%s\\n' "$statistics"; exit 0; }
    fi
    [ -f /proc/net/stat/nf_conntrack ] || exit 0
    cat /proc/net/stat/nf_conntrack
    """

  // Only what has one of the operands for a port, and of a large table no more than 10 MB.
  private static let conntrackTableScript: StaticString = """
    ports=$(printf '%s|' "$@")
    modules=/lib/modules/$(uname -r)
    table() {
      if [ -d /sys/module/nf_conntrack_netlink ] || [ ! -d "$modules" ] ||
        grep -qs nf_conntrack_netlink "$modules/modules.builtin"
      then
        timeout 5 conntrack -L 2>/dev/null && return
      fi
      cat /proc/net/nf_conntrack 2>/dev/null
    }
    table | grep -E "[sd]port=(${ports%|})( |$)" | head -c 10000000
    exit 0
    """

  private static let routesScript: StaticString = """
    ip route && ip -6 route 2>/dev/null
    exit 0
    """

  // ss(8) makes the kernel load tcp_diag; netstat reads /proc, which has no limit of a queue.
  private static let listenQueuesScript: StaticString = """
    modules=/lib/modules/$(uname -r)
    if [ -d /sys/module/tcp_diag ] || [ ! -d "$modules" ] || grep -qs tcp_diag "$modules/modules.builtin"; then
      queues=$(ss -ltn 2>/dev/null) && [ -n "$queues" ] && { printf '%s\\n' "$queues"; exit 0; }
    fi
    netstat -ltn
    """

  // A small `ip` knows no `-d -s`; without one at all the names remain, and no MTU. /sys/class/net is no way: inside a
  // network namespace it shows the host's.
  private static let interfacesScript: StaticString = """
    links=$(ip -d -s link 2>/dev/null) && [ -n "$links" ] && { printf '%s\\n' "$links"; exit 0; }
    links=$(ip link 2>/dev/null) && [ -n "$links" ] && { printf '%s\\n' "$links"; exit 0; }
    cat /proc/net/dev
    """
}

/// One command to run on a host for one or more checks, and its operands.
public struct ReadoutRequest: Hashable, Sendable {
  public let command: ReadoutCommand
  /// Sorted, each once: sysctl keys, ports.
  public let operands: [String]

  public init(_ command: ReadoutCommand, operands: [String] = []) {
    self.command = command
    self.operands = Set(operands).sorted()
  }

  /// COMMAND in the file's name.
  public var name: String { command.rawValue }

  public var shell: ShellCommand { ShellCommand(script: command.script, arguments: operands) }

  /// One request for each command, so that all checks of a host, namespace and phase share one file for it.
  public static func merged(_ requests: [ReadoutRequest]) -> [ReadoutRequest] {
    Dictionary(grouping: requests, by: \.command)
      .map { ReadoutRequest($0.key, operands: $0.value.flatMap(\.operands)) }
      .sorted { $0.name < $1.name }
  }
}

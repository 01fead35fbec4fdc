import Wire

/// What stands before a script's table.
struct Declarations: Sendable {
  /// Nanoseconds since 1970.
  var epoch: Int64 = 1_795_237_833_000_000_000
  var vantages: [String: VantageSettings] = [:]
  var addresses: [String: Address] = [:]
  /// By column, then by name.
  var views: [String: [String: String]] = [:]
  /// By column.
  var tunnels: [String: [ScriptedTunnel]] = [:]

  struct Address: Sendable {
    var endpoint: Endpoint
    /// As given.
    var given: UInt32?
    var initialSequence: UInt32 { given ?? 1000 }
  }

  func vantage(_ name: String) -> VantageSettings { vantages[name] ?? VantageSettings() }
}

struct VantageSettings: Sendable {
  enum Link: String, Sendable { case ethernet, vlan, sll, sll2, raw, null }

  /// Nanoseconds that its clock is ahead.
  var offset: Int64 = 0
  /// Parts per million that it gains.
  var drift = 0.0
  var link = Link.ethernet
  var snaplen = 262_144
  var isNanoseconds = false
  var isBigEndian = false
  /// Names of its own addresses.
  var has: Set<String> = []

  /// What this clock shows at a true instant, `time` nanoseconds after `epoch`.
  func clock(_ time: Int64, epoch: Int64) -> Int64 {
    epoch &+ time &+ offset &+ Int64((Double(time) * drift * 1e-6).rounded())
  }
}

/// What wraps packets between two names at one column.
struct ScriptedTunnel: Sendable {
  enum Kind: String, Sendable { case vxlan, geneve, gre, ipip }

  let kind: Kind
  let identifier: UInt32
  /// Names of nodes, by the names that live behind them.
  let nodes: [String: String]
}

/// `gateway`, or `gateway@eth0`.
struct Column: Sendable {
  let name: String
  let vantage: String
  let interface: String?

  init(_ name: some StringProtocol) {
    let parts = name.split(separator: "@", maxSplits: 1)
    self.name = String(name)
    vantage = String(parts.first ?? "")
    interface = parts.count == 2 ? String(parts[1]) : nil
  }
}

/// One line of the table.
struct Line: Sendable {
  /// nil where the column never saw it.
  let cells: [Cell?]
  let packet: ScriptedPacket

  struct Cell: Sendable {
    /// Nanoseconds after the epoch.
    let time: Int64
    /// As marked.
    let direction: Packet.Direction
  }
}

/// One packet at one column.
struct Sighting: Sendable {
  let line: Int
  let column: Int
  let time: Int64
}

/// A packet as it was written.
struct ScriptedPacket: Sendable {
  enum Kind: Sendable, Equatable {
    case tcp, udp
    case icmp(ScriptedICMP)
  }

  struct End: Sendable {
    var name: String
    var port: UInt16?
    /// Shown as it is everywhere.
    var isPinned = false
  }

  /// Counted from the initial sequence number, or as on the wire.
  struct Number: Sendable {
    var value: UInt32 = 0
    var isAbsolute = false
  }

  var label: String?
  var from: End
  var to: End
  var kind = Kind.udp
  var flags = TCPFlags()
  var sequence = Number()
  var acknowledgment: Number?
  var window: UInt16 = 501
  var options: [UInt8] = []
  var length = 0
  var data: [UInt8]?
  /// One for all columns, or one per column.
  var timesToLive: [UInt8] = []
  var identification: UInt16?
  var dontFragment = false
  var isTSO = false
  var fragment: Range<Int>?
  var hasBadChecksum = false
}

enum ScriptedICMP: Sendable, Equatable {
  case echo(identifier: UInt16, sequence: UInt16, isReply: Bool)
  case error(ScriptedICMPError, mtu: UInt16, about: String?)
}

enum ScriptedICMPError: String, Sendable, CaseIterable {
  case netUnreachable = "net-unreachable"
  case hostUnreachable = "host-unreachable"
  case portUnreachable = "port-unreachable"
  case adminProhibited = "admin-prohibited"
  case timeExceeded = "time-exceeded"
  case fragmentationNeeded = "frag-needed"

  /// Type and code of RFC 792 or of RFC 4443.
  func numbers(isIPv6: Bool) -> (type: UInt8, code: UInt8) {
    switch self {
    case .netUnreachable: isIPv6 ? (1, 0) : (3, 0)
    case .hostUnreachable: isIPv6 ? (1, 3) : (3, 1)
    case .portUnreachable: isIPv6 ? (1, 4) : (3, 3)
    case .adminProhibited: isIPv6 ? (1, 1) : (3, 13)
    case .timeExceeded: isIPv6 ? (3, 0) : (11, 0)
    case .fragmentationNeeded: isIPv6 ? (2, 0) : (3, 4)
    }
  }
}

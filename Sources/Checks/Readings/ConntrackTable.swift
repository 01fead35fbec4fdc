/// Tracked connections as `conntrack -L` or /proc/net/nf_conntrack prints them: what NAT made of each connection.
public struct ConntrackTable: Hashable, Sendable {
  public struct Tuple: Hashable, Sendable {
    /// Addresses as text, IPv4 or IPv6.
    public var source: String
    public var destination: String
    /// nil for protocols without ports.
    public var sourcePort: UInt16?
    public var destinationPort: UInt16?

    public var reversed: Tuple {
      Tuple(
        source: destination, destination: source, sourcePort: destinationPort, destinationPort: sourcePort)
    }
  }

  public struct Entry: Hashable, Sendable {
    /// `tcp`, `udp`, `icmp`, ...
    public var transport: String
    public var protocolNumber: UInt8
    /// TCP's state, `ESTABLISHED`; nil for others.
    public var state: String?
    /// Seconds until the entry dies.
    public var expires: Int?
    /// As the opener sent it.
    public var original: Tuple
    /// As the answer comes back, before it is translated.
    public var reply: Tuple
    public var isAssured: Bool
    public var isUnreplied: Bool

    /// Whether NAT changed an address or a port.
    public var isTranslated: Bool { reply != original.reversed }
  }

  public let entries: [Entry]

  /// Total: lines of another shape are passed over.
  public init(parsing text: String) {
    entries = ReadoutText.lines(text).compactMap(Entry.init(line:))
  }
}

extension ConntrackTable.Entry {
  fileprivate init?(line: Substring) {
    var words = ReadoutText.words(line)[...]
    if words.first == "ipv4" || words.first == "ipv6" { words = words.dropFirst(2) }
    guard words.count >= 4, let number = UInt8(words[words.startIndex + 1]) else { return nil }
    let transport = String(words[words.startIndex])
    let head = words.dropFirst(2).prefix { !$0.contains("=") && !$0.hasPrefix("[") }
    let pairs = words.compactMap(ReadoutText.pair)
    guard let original = ConntrackTable.Tuple(pairs, occurrence: 0),
      let reply = ConntrackTable.Tuple(pairs, occurrence: 1)
    else { return nil }
    self.init(
      transport: transport, protocolNumber: number,
      state: head.last.flatMap { Int($0) == nil ? String($0) : nil }, expires: head.first.flatMap { Int($0) },
      original: original, reply: reply, isAssured: words.contains("[ASSURED]"),
      isUnreplied: words.contains("[UNREPLIED]"))
  }
}

extension ConntrackTable.Tuple {
  /// The first `src=` opens the original tuple, the second the reply's.
  fileprivate init?(_ pairs: [(key: Substring, value: Substring)], occurrence: Int) {
    let starts = pairs.indices.filter { pairs[$0].key == "src" }
    guard occurrence < starts.count else { return nil }
    let end = occurrence + 1 < starts.count ? starts[occurrence + 1] : pairs.count
    let own = pairs[starts[occurrence]..<end]
    guard let source = own.first?.value, let destination = own.first(where: { $0.key == "dst" })?.value else {
      return nil
    }
    func port(_ key: Substring) -> UInt16? { own.first { $0.key == key }.flatMap { UInt16($0.value) } }
    self.init(
      source: String(source), destination: String(destination), sourcePort: port("sport"),
      destinationPort: port("dport"))
  }
}

/// One interface as `ip -d -s link` shows it, or as much of it as /proc/net/dev has.
public struct NetworkInterface: Hashable, Sendable {
  public struct Traffic: Hashable, Sendable {
    public var bytes: Int64
    public var packets: Int64
    public var errors: Int64
    public var dropped: Int64
  }

  public var index: Int?
  public var name: String
  /// What stands behind the `@`: the device below, or `if7` for a peer in another namespace.
  public var link: String?
  public var flags: [String] = []
  /// In bytes; nil where it could not be read.
  public var mtu: Int?
  /// `UP`, `DOWN`, `UNKNOWN`, ...
  public var state: String?
  /// `ether`, `loopback`, `none`, ...
  public var linkType: String?
  /// `veth`, `vxlan`, `bridge`, `ipip`, ...; nil for plain hardware and where the detail was not printed.
  public var kind: String?
  /// The words behind the kind: `id 4096 local 10.0.0.1 dstport 4789 ...`.
  public var detail: String?
  public var received: Traffic?
  public var sent: Traffic?

  /// Total: what cannot be read is passed over; an interface of which only the name is known stays.
  public static func parse(_ text: String) -> [NetworkInterface] {
    let lines = ReadoutText.lines(text)
    if lines.first?.hasPrefix("Inter-|") == true { return deviceTable(lines) }
    var interfaces: [NetworkInterface] = []
    var counted: WritableKeyPath<NetworkInterface, Traffic?>?
    for line in lines {
      let words = ReadoutText.words(line)
      guard let first = words.first else { continue }
      if let interface = NetworkInterface(headline: line, words) {
        interfaces.append(interface)
        counted = nil
      } else if !interfaces.isEmpty {
        switch first {
        case "RX:": counted = \.received
        case "TX:": counted = \.sent
        default:
          if let path = counted {
            interfaces[interfaces.count - 1][keyPath: path] = Traffic(words)
            counted = nil
          } else {
            interfaces[interfaces.count - 1].take(detail: words)
          }
        }
      }
    }
    return interfaces
  }
}

extension NetworkInterface {
  /// `2: eth0@if3: <BROADCAST,UP> mtu 1450 qdisc noqueue state UP ...`.
  private init?(headline line: Substring, _ words: [Substring]) {
    guard line.first?.isNumber == true, words.count >= 3, words[0].hasSuffix(":"), words[1].hasSuffix(":"),
      let index = Int(words[0].dropLast()), words[2].hasPrefix("<")
    else { return nil }
    let names = words[1].dropLast().split(separator: "@", maxSplits: 1)
    guard let name = names.first else { return nil }
    self.init(index: index, name: String(name), link: names.count > 1 ? String(names[1]) : nil)
    flags = words[2].dropFirst().dropLast().split(separator: ",").map(String.init)
    for (word, value) in zip(words, words.dropFirst()) {
      if word == "mtu" { mtu = Int(value) }
      if word == "state" { state = String(value) }
    }
  }

  /// `link/ether ...`, then a line that opens with the kind; a port's line of a bridge or bond comes after and is not the kind.
  private mutating func take(detail words: [Substring]) {
    guard let first = words.first else { return }
    if first.hasPrefix("link/") {
      linkType = String(first.dropFirst(5))
    } else if linkType != nil, kind == nil,
      first.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) }),
      !Self.notAKind.contains(String(first)), Int64(first) == nil
    {
      kind = String(first)
      detail = words.dropFirst().joined(separator: " ")
    }
  }

  private static let notAKind: Set<String> = ["alias", "altname", "vf", "addrgenmode", "promiscuity"]

  private static func deviceTable(_ lines: [Substring]) -> [NetworkInterface] {
    lines.dropFirst(2).compactMap { line in
      guard let colon = line.lastIndex(of: ":"), let name = ReadoutText.words(line[..<colon]).first else { return nil }
      let numbers = ReadoutText.words(line[line.index(after: colon)...])
      guard numbers.count >= 16 else { return nil }
      return NetworkInterface(
        name: String(name), received: Traffic(numbers), sent: Traffic(Array(numbers[8...])))
    }
  }
}

extension NetworkInterface.Traffic {
  fileprivate init?(_ words: [Substring]) {
    let numbers = words.prefix(4).compactMap { Int64($0) }
    guard numbers.count == 4 else { return nil }
    self.init(bytes: numbers[0], packets: numbers[1], errors: numbers[2], dropped: numbers[3])
  }
}

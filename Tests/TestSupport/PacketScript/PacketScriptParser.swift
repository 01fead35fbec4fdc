import Wire

/// Reads a script line by line.
struct PacketScriptParser {
  var declarations = Declarations()
  var columns: [Column] = []
  var lines: [Line] = []

  mutating func read(_ tokens: Tokens) throws(PacketScriptProblem) {
    var tokens = tokens
    if tokens.isEmpty { return }
    if !columns.isEmpty { return try readPacket(&tokens) }
    if tokens.last == "packet" { return try readColumns(tokens) }
    let keyword = tokens.word() ?? ""
    switch keyword {
    case "vantage": try readVantage(&tokens)
    case "address": try readAddress(&tokens)
    case "sees": try readView(&tokens)
    case "tunnel": try readTunnel(&tokens)
    case "epoch": declarations.epoch = try Self.seconds(&tokens, for: keyword)
    default: throw PacketScriptProblem(says: "`\(keyword)` is none of `vantage`, `address`, `sees`, `tunnel`, `epoch`")
    }
    if let extra = tokens.word() { throw PacketScriptProblem(says: "`\(extra)` was not expected after `\(keyword)`") }
  }

  private mutating func readColumns(_ tokens: Tokens) throws(PacketScriptProblem) {
    columns = tokens.all.dropLast().map { Column($0) }
    guard !columns.isEmpty else { throw PacketScriptProblem(says: "a table needs a column") }
    let known = Set(columns.map(\.name) + columns.map(\.vantage))
    for column in declarations.views.keys.sorted() + declarations.vantages.keys.sorted() where !known.contains(column) {
      throw PacketScriptProblem(says: "`\(column)` is declared and has no column")
    }
  }

  private mutating func readVantage(_ tokens: inout Tokens) throws(PacketScriptProblem) {
    let name = try tokens.word(for: "vantage")
    var settings = VantageSettings()
    while let key = tokens.word() {
      switch key {
      case "clock": settings.offset = try Self.seconds(&tokens, for: key)
      case "drift":
        let text = try tokens.word(for: key)
        guard let drift = Double(text) else { throw PacketScriptProblem(says: "`\(text)` is no drift in ppm") }
        settings.drift = drift
      case "link":
        let text = try tokens.word(for: key)
        guard let link = VantageSettings.Link(rawValue: text) else {
          throw PacketScriptProblem(says: "`\(text)` is no link")
        }
        settings.link = link
      case "snaplen": settings.snaplen = try tokens.number(for: key)
      case "nanoseconds": settings.isNanoseconds = true
      case "bigendian": settings.isBigEndian = true
      case "has": settings.has.insert(try tokens.word(for: key))
      default: throw PacketScriptProblem(says: "`\(key)` is nothing that a vantage has")
      }
    }
    declarations.vantages[name] = settings
  }

  private mutating func readAddress(_ tokens: inout Tokens) throws(PacketScriptProblem) {
    let name = try tokens.word(for: "address")
    let text = try tokens.word(for: name)
    guard let endpoint = Self.endpoint(text) else { throw PacketScriptProblem(says: "`\(text)` is no address") }
    var address = Declarations.Address(endpoint: endpoint)
    if let key = tokens.word() {
      guard key == "isn" else { throw PacketScriptProblem(says: "`\(key)` is nothing that an address has") }
      address.given = try tokens.number(for: key)
    }
    declarations.addresses[name] = address
  }

  private mutating func readView(_ tokens: inout Tokens) throws(PacketScriptProblem) {
    let column = try tokens.word(for: "sees")
    let name = try tokens.word(for: column)
    guard tokens.word() == "as", let other = tokens.word() else {
      throw PacketScriptProblem(says: "`sees` is written `sees COLUMN NAME as OTHER`")
    }
    for name in [name, other] where declarations.addresses[name] == nil {
      throw PacketScriptProblem(says: "`\(name)` is not declared before")
    }
    declarations.views[column, default: [:]][name] = other
  }

  private mutating func readTunnel(_ tokens: inout Tokens) throws(PacketScriptProblem) {
    let column = try tokens.word(for: "tunnel")
    let word = try tokens.word(for: column)
    guard let kind = ScriptedTunnel.Kind(rawValue: word) else {
      throw PacketScriptProblem(says: "`\(word)` is no kind of tunnel")
    }
    let identifier: UInt32 = try tokens.number(for: word)
    var nodes: [String: String] = [:]
    for _ in 0..<2 {
      let name = try tokens.word(for: word)
      guard tokens.word() == "at", let node = tokens.word() else {
        throw PacketScriptProblem(says: "`tunnel` is written `tunnel COLUMN KIND N NAME at NODE NAME at NODE`")
      }
      for name in [name, node] where declarations.addresses[name] == nil {
        throw PacketScriptProblem(says: "`\(name)` is not declared before")
      }
      nodes[name] = node
    }
    declarations.tunnels[column, default: []].append(
      ScriptedTunnel(kind: kind, identifier: identifier, nodes: nodes))
  }

  private mutating func readPacket(_ tokens: inout Tokens) throws(PacketScriptProblem) {
    var cells: [Line.Cell?] = []
    for column in columns {
      let text = try tokens.word(for: column.name)
      cells.append(text == "-" ? nil : try Self.cell(text))
    }
    let packet = try ScriptedPacket(&tokens)
    for end in [packet.from, packet.to] where declarations.addresses[end.name] == nil {
      throw PacketScriptProblem(says: "`\(end.name)` is no declared address")
    }
    guard packet.timesToLive.count <= 1 || packet.timesToLive.count == columns.count else {
      throw PacketScriptProblem(says: "`ttl` wants one number, or one per column")
    }
    if case .icmp(.error(_, _, about: let label?)) = packet.kind, !lines.contains(where: { $0.packet.label == label }) {
      throw PacketScriptProblem(says: "`\(label)` is no label above")
    }
    lines.append(Line(cells: cells, packet: packet))
  }

  private static func cell(_ text: String) throws(PacketScriptProblem) -> Line.Cell {
    let direction: Packet.Direction = text.hasPrefix(">") ? .inbound : text.hasSuffix(">") ? .outbound : .unknown
    guard let time = Tokens.nanoseconds(text.filter { $0 != ">" }), time >= 0 else {
      throw PacketScriptProblem(says: "`\(text)` is neither a time in seconds nor `-`")
    }
    return Line.Cell(time: time, direction: direction)
  }

  private static func seconds(_ tokens: inout Tokens, for key: String) throws(PacketScriptProblem) -> Int64 {
    let text = try tokens.word(for: key)
    guard let time = Tokens.nanoseconds(text) else {
      throw PacketScriptProblem(says: "`\(text)` is no time in seconds")
    }
    return time
  }

  /// `10.1.0.2`, `10.1.0.2:80`, `2001:db8::2`, `[2001:db8::2]:80`.
  static func endpoint(_ text: String) -> Endpoint? {
    if let address = IPAddress(text: text) { return Endpoint(address, 0) }
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    let host = text[..<colon]
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    guard let address = IPAddress(text: isBracketed ? host.dropFirst().dropLast() : host), address.isIPv6 == isBracketed
    else { return nil }
    return Endpoint(address, port)
  }
}

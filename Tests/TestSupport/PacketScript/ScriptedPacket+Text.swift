import Wire

extension ScriptedPacket {
  /// Reads what follows the times on a line.
  init(_ tokens: inout Tokens) throws(PacketScriptProblem) {
    var label: String?
    var first = try tokens.word(for: "packet")
    if first.hasSuffix(":") {
      label = String(first.dropLast())
      first = try tokens.word(for: first)
    }
    guard tokens.word() == ">" else { throw PacketScriptProblem(says: "a packet is written `FROM > TO ...`") }
    self.init(label: label, from: try End(first), to: try End(try tokens.word(for: ">")))
    var isKnown = false
    while let word = tokens.word() {
      if word.hasPrefix("[") || word == "udp" || word == "icmp" { isKnown = true }
      try read(word, &tokens)
    }
    guard isKnown else { throw PacketScriptProblem(says: "neither TCP flags in brackets nor `udp` nor `icmp`") }
  }

  private mutating func read(_ word: String, _ tokens: inout Tokens) throws(PacketScriptProblem) {
    switch word {
    case "udp": kind = .udp
    case "icmp": kind = .icmp(try Self.icmp(&tokens))
    case "seq": sequence = try Number(try tokens.word(for: word))
    case "ack": acknowledgment = try Number(try tokens.word(for: word))
    case "win": window = try tokens.number(for: word)
    case "len": length = try tokens.number(for: word)
    case "data": data = Self.text(try tokens.word(for: word))
    case "ttl": timesToLive = try Self.timesToLive(try tokens.word(for: word))
    case "id": identification = try tokens.number(for: word)
    case "df": dontFragment = true
    case "tso": isTSO = true
    case "badsum": hasBadChecksum = true
    case "frag":
      let (start, end): (Int, Int) = (try tokens.number(for: word), try tokens.number(for: word))
      guard start % 8 == 0, start >= 0, start < end else {
        throw PacketScriptProblem(says: "`frag` wants FROM (of eights) and TO")
      }
      fragment = start..<end
    case _ where word.hasPrefix("["):
      kind = .tcp
      flags = try Self.flags(word)
    case _ where word.hasPrefix("<"): options = try Self.options(word.dropFirst())
    case _ where word.contains(":"): try readRange(word)
    default: throw PacketScriptProblem(says: "`\(word)` is nothing that a packet has")
    }
    guard (0...100_000).contains(length) else { throw PacketScriptProblem(says: "`len` is at most 100000") }
  }

  /// `1:1461`
  private mutating func readRange(_ word: String) throws(PacketScriptProblem) {
    let parts = word.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw PacketScriptProblem(says: "`\(word)` is no range of sequence numbers") }
    let end = try Number(String(parts[1]))
    sequence = try Number(String(parts[0]))
    length = Int(end.value &- sequence.value)
  }

  private static func flags(_ word: String) throws(PacketScriptProblem) -> TCPFlags {
    var flags: TCPFlags = []
    for letter in word.dropFirst().dropLast() {
      switch letter {
      case "S": flags.insert(.syn)
      case "F": flags.insert(.fin)
      case "R": flags.insert(.rst)
      case "P": flags.insert(.psh)
      case ".": flags.insert(.ack)
      case "U": flags.insert(.urg)
      case "E": flags.insert(.ece)
      case "W": flags.insert(.cwr)
      default: throw PacketScriptProblem(says: "`\(letter)` is no TCP flag")
      }
    }
    guard word.hasSuffix("]") else { throw PacketScriptProblem(says: "`\(word)` has no end") }
    return flags
  }

  /// Their bytes, filled up to whole words.
  private static func options(_ text: Substring) throws(PacketScriptProblem) -> [UInt8] {
    var bytes: [UInt8] = []
    for option in text.split(separator: ",") {
      var tokens = Tokens.of(option)
      let name = try tokens.word(for: "<")
      switch name {
      case "nop": bytes.append(1)
      case "mss": bytes += [2, 4] + bigEndian(try tokens.number(for: name) as UInt16)
      case "wscale": bytes += [3, 3, try tokens.number(for: name)]
      case "sackok": bytes += [4, 2]
      case "sack":
        bytes +=
          [5, 10] + bigEndian(try tokens.number(for: name) as UInt32)
          + bigEndian(try tokens.number(for: name) as UInt32)
      case "ts":
        bytes +=
          [8, 10] + bigEndian(try tokens.number(for: name) as UInt32)
          + bigEndian(try tokens.number(for: name) as UInt32)
      default: throw PacketScriptProblem(says: "`\(name)` is no TCP option")
      }
      if let extra = tokens.word() { throw PacketScriptProblem(says: "`\(extra)` was not expected after `\(name)`") }
    }
    while bytes.count % 4 != 0 { bytes.insert(1, at: 0) }
    guard bytes.count <= 40 else { throw PacketScriptProblem(says: "TCP has room for 40 bytes of options") }
    return bytes
  }

  private static func icmp(_ tokens: inout Tokens) throws(PacketScriptProblem) -> ScriptedICMP {
    let name = try tokens.word(for: "icmp")
    if name == "echo" || name == "echo-reply" {
      var values: [String: UInt16] = [:]
      while let key = tokens.peek(), key == "icmpid" || key == "icmpseq" {
        _ = tokens.word()
        values[key] = try tokens.number(for: key)
      }
      return .echo(identifier: values["icmpid"] ?? 0, sequence: values["icmpseq"] ?? 0, isReply: name == "echo-reply")
    }
    guard let error = ScriptedICMPError(rawValue: name) else {
      throw PacketScriptProblem(says: "`\(name)` is no ICMP message")
    }
    var mtu: UInt16 = 0
    var about: String?
    while let key = tokens.peek(), key == "mtu" || key == "about" {
      _ = tokens.word()
      if key == "mtu" { mtu = try tokens.number(for: key) } else { about = try tokens.word(for: key) }
    }
    return .error(error, mtu: mtu, about: about)
  }

  private static func timesToLive(_ text: String) throws(PacketScriptProblem) -> [UInt8] {
    let values = text.split(separator: "/").compactMap { UInt8($0) }
    guard !values.isEmpty, values.count == text.split(separator: "/").count else {
      throw PacketScriptProblem(says: "`\(text)` is no time to live")
    }
    return values
  }

  private static func text(_ word: String) -> [UInt8] {
    let inside = word.hasPrefix("\"") ? word.dropFirst().dropLast() : Substring(word)
    var bytes: [UInt8] = []
    var isEscaped = false
    for byte in inside.utf8 {
      switch (isEscaped, byte) {
      case (false, UInt8(ascii: "\\")):
        isEscaped = true
        continue
      case (true, UInt8(ascii: "n")): bytes.append(10)
      case (true, UInt8(ascii: "r")): bytes.append(13)
      default: bytes.append(byte)
      }
      isEscaped = false
    }
    return bytes
  }
}

extension ScriptedPacket.End {
  /// `C`, `C:40001`, `S!`, `S!:81`.
  init(_ text: String) throws(PacketScriptProblem) {
    let parts = text.split(separator: ":", maxSplits: 1)
    guard let name = parts.first, parts.count == 1 || UInt16(parts[1]) != nil else {
      throw PacketScriptProblem(says: "`\(text)` is no end of a packet")
    }
    isPinned = name.hasSuffix("!")
    self.name = String(isPinned ? name.dropLast() : name)
    port = parts.count == 2 ? UInt16(parts[1]) : nil
  }
}

extension ScriptedPacket.Number {
  init(_ text: String) throws(PacketScriptProblem) {
    isAbsolute = text.hasPrefix("=")
    guard let value = UInt32(isAbsolute ? text.dropFirst() : text[...]) else {
      throw PacketScriptProblem(says: "`\(text)` is no sequence number")
    }
    self.value = value
  }
}

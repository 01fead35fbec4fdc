internal import FoundationEssentials

/// The lines of known_hosts files that concern one host, as `ssh-keygen -F` finds them, hashed names and wildcards included.
struct KnownHosts: Equatable {
  enum Marker: Equatable {
    case plain
    case revoked
    case certificateAuthority
  }

  struct Line: Equatable {
    let marker: Marker
    /// `ssh-ed25519`
    let type: String
    let key: [UInt8]
  }

  /// What the file says to a key that a host shows.
  enum Verdict: Equatable {
    case known
    case unknown
    /// The host is known by other keys, of these types.
    case changed(known: [String])
    case revoked
  }

  var lines: [Line]

  init(lines: [Line] = []) { self.lines = lines }

  /// Reads the output of `ssh-keygen -F`; what is no line of a known_hosts file is passed over, as OpenSSH does.
  init(_ output: String) { lines = output.split(whereSeparator: \.isNewline).compactMap(Self.line) }

  /// Types of the keys by which the host is known.
  var types: [String] {
    lines.filter { $0.marker == .plain }.map(\.type).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  var hasCertificateAuthority: Bool { lines.contains { $0.marker == .certificateAuthority } }

  /// A revoked key stays revoked, whatever else the file says of it.
  func verdict(on key: [UInt8]) -> Verdict {
    if lines.contains(where: { $0.marker == .revoked && $0.key == key }) { return .revoked }
    if lines.contains(where: { $0.marker == .plain && $0.key == key }) { return .known }
    return types.isEmpty ? .unknown : .changed(known: types)
  }

  /// The line by which OpenSSH, too, will know the host from now on.
  static func line(name: String, key: [UInt8]) -> String? {
    guard let type = type(ofKey: key) else { return nil }
    return "\(name) \(type) \(Data(key).base64EncodedString())\n"
  }

  /// A key begins with the name of its type, after its length in four bytes (RFC 4253, 6.6).
  static func type(ofKey key: [UInt8]) -> String? {
    guard key.count > 4, key[0] == 0, key[1] == 0 else { return nil }
    let length = Int(key[2]) << 8 | Int(key[3])
    guard length > 0, key.count >= 4 + length else { return nil }
    return String(decoding: key[4..<(4 + length)], as: UTF8.self)
  }

  private static func line(_ text: Substring) -> Line? {
    guard !text.hasPrefix("#") else { return nil }
    var words = text.split(whereSeparator: \.isWhitespace)[...]
    guard let marker = marker(words.first), words.count >= (marker == .plain ? 3 : 4) else { return nil }
    if marker != .plain { words = words.dropFirst() }
    words = words.dropFirst()
    guard let type = words.first, let data = words.dropFirst().first.flatMap({ Data(base64Encoded: String($0)) }) else {
      return nil
    }
    return Line(marker: marker, type: String(type), key: Array(data))
  }

  /// Nil for a marker that is not known: such a line says nothing.
  private static func marker(_ word: Substring?) -> Marker? {
    guard let word else { return nil }
    if !word.hasPrefix("@") { return .plain }
    return switch word {
    case "@revoked": .revoked
    case "@cert-authority": .certificateAuthority
    default: nil
    }
  }
}

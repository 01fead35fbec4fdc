internal import CaseModel
internal import Evidence
internal import Wire

/// Which addresses a vantage's own namespace has, as `ip addr` told.
struct HostAddresses: Sendable {
  private let own: [Set<IPAddress>]

  init(_ evidence: CaseEvidence) {
    own = evidence.captures.map { capture in
      let told = evidence.readouts.filter {
        $0.command == "ip_addr" && $0.host == capture.host && $0.namespace == capture.record.namespace
      }
      return Set(told.flatMap { Self.addresses(in: $0.text) })
    }
  }

  /// Whether that vantage's namespace has the address; false where nobody told.
  func has(_ address: IPAddress, at vantage: Int) -> Bool { own[vantage].contains(address) }

  /// What stands behind `inet` and `inet6`, before the prefix length.
  static func addresses(in text: String) -> [IPAddress] {
    let words = text.split { $0 == " " || $0 == "\n" || $0 == "\t" }
    return zip(words, words.dropFirst()).compactMap { word, next in
      guard word == "inet" || word == "inet6" else { return nil }
      return IPAddress(text: next.prefix { $0 != "/" })
    }
  }
}

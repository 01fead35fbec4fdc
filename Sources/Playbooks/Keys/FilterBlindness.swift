/// What an author's own filter will not show, judged by its words alone.
enum FilterBlindness {
  /// Names of what is hidden, for a warning; empty if nothing is.
  static func hidden(by filter: String) -> [String] {
    let words = Set(words(of: filter))
    guard !words.isEmpty else { return [] }
    let text = filter.lowercased().filter { $0 != " " }
    let looksInside = text.contains("tcp[") || text.contains("udp[")
    let transports: Set = ["tcp", "udp", "sctp", "port", "portrange"]
    let isNarrow = looksInside || !words.isDisjoint(with: transports)
    let namesAddress = !words.isDisjoint(with: ["host", "net"]) || addressFollowsDirection(filter)
    var hidden: [String] = []
    if namesAddress { hidden.append("the other side of a NAT") }
    guard isNarrow || namesAddress else { return hidden }
    if words.isDisjoint(with: ["icmp", "icmp6"]), isNarrow { hidden.append("ICMP errors") }
    if isNarrow, !text.contains("ip[6:2]"), !text.contains("ip[6]") { hidden.append("later fragments") }
    if words.isDisjoint(with: ["vlan", "vxlan", "geneve", "gre", "4789", "8472", "6081"]) {
      hidden.append("VLAN and tunnel copies")
    }
    if looksInside || words.contains("ip") || text.contains("ip["), !words.contains("ip6") { hidden.append("IPv6") }
    return hidden
  }

  private static func words(of filter: String) -> [String] {
    filter.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "." || $0 == ":") }.map(String.init)
  }

  /// `src 10.0.0.1`, `dst host ...`: a direction on an address and not on a port.
  private static func addressFollowsDirection(_ filter: String) -> Bool {
    let words = words(of: filter)
    return zip(words, words.dropFirst()).contains { word, next in
      (word == "src" || word == "dst") && AddressText.isAddress(next)
    }
  }
}

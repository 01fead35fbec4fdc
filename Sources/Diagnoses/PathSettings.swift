internal import CaseModel
internal import Checks
internal import Correlation
internal import Evidence
internal import Wire

/// What the hosts along a hop say of their interfaces, and what wraps the packets there.
struct PathSettings {
  /// Bytes that a tunnel puts round an inner IP packet.
  struct Tunnel {
    let name: String
    let overhead: Int64
  }

  struct Interface {
    let name: String
    let mtu: Int
  }

  let tunnel: Tunnel?
  /// The vantage nearest to the sender.
  let sender: String?
  let senderInterface: Interface?
  /// `net.ipv4.tcp_mtu_probing` of the sender's namespace.
  let probing: String?
  let text: String
  let citations: [Citation]

  private static let most = 3

  /// - Parameter clue: its words name the vantage nearest to the sender (`sender_vantage`), where there is one.
  init(_ clue: Clue, _ scene: Scene) {
    let timeline = scene.timeline
    let first = timeline.vantages.first { $0.name.text == clue.words["sender_vantage"] }
    let near = timeline.vantages.first { $0.name == clue.location.from }
    let far = timeline.vantages.first { $0.name == clue.location.to }
    tunnel = clue.measures["in_tunnel"] == 1 ? Self.tunnel(at: clue.location.from ?? clue.location.to, scene) : nil
    sender = first?.name.text
    let own = first.map { Self.interfaces($0, scene) } ?? []
    senderInterface = own.first.map { Interface(name: $0.name, mtu: $0.reading.value) }
    let setting = first.flatMap {
      scene.evidence.sysctl("net.ipv4.tcp_mtu_probing", host: $0.host, namespace: $0.namespace)
    }
    probing = setting?.value
    var seen: Set<String> = []
    var says: [String] = []
    var citations: [Citation] = []
    for vantage in [first, near, far].compactMap({ $0 }) {
      guard seen.insert("\(vantage.host)/\(vantage.namespace)").inserted else { continue }
      let interfaces = Self.interfaces(vantage, scene)
      guard !interfaces.isEmpty else { continue }
      let list = interfaces.map { "`\($0.name)` \($0.reading.value)" }
      says.append("\(Wording.list(list)) on `\(vantage.host)`")
      citations += interfaces.map {
        .check($0.reading.citation(says: "the MTU of `\($0.name)` is \($0.reading.value) bytes"))
      }
    }
    text = says.isEmpty ? "" : "MTUs as the hosts tell them: \(says.joined(separator: "; "))."
    self.citations = citations
  }

  /// The interface that was captured first, then tunnels, then the others; not the loopback.
  private static func interfaces(_ vantage: Vantage, _ scene: Scene) -> [(name: String, reading: Reading<Int>)] {
    guard let all = scene.evidence.interfaces(host: vantage.host, namespace: vantage.namespace)?.value else {
      return []
    }
    let captured = Set(
      vantage.interfaces
        + [scene.evidence.captures.first { $0.vantage == vantage.name }?.record.interface].compactMap { $0 })
    func rank(_ interface: NetworkInterface) -> Int {
      if captured.contains(interface.name) { return 0 }
      return interface.kind.map { ["veth", "bridge", "dummy"].contains($0) } ?? true ? 2 : 1
    }
    return all.enumerated().filter { $0.element.linkType != "loopback" && $0.element.name != "lo" }
      .sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }
      .prefix(most)
      .compactMap { entry in
        scene.evidence.mtu(of: entry.element.name, host: vantage.host, namespace: vantage.namespace).map {
          (entry.element.name, $0)
        }
      }
  }

  /// By the packets of the tunnel itself, which are a flow of their own.
  private static func tunnel(at name: VantageName?, _ scene: Scene) -> Tunnel? {
    guard let vantage = scene.timeline.vantages.firstIndex(where: { $0.name == name }) else { return nil }
    for flow in scene.timeline.flows where flow.isTunnel {
      guard let alias = flow.aliases.first(where: { $0.vantage == vantage }) else { continue }
      // The outer IP header; for UDP its header, 8 bytes of VXLAN or Geneve, and the inner Ethernet header (RFC 7348, 5).
      let outer: Int64 = alias.opener.address.isIPv6 ? 40 : 20
      switch flow.transport {
      case 17: return Tunnel(name: alias.acceptor.port == 6_081 ? "Geneve" : "VXLAN", overhead: outer + 30)
      case 47: return Tunnel(name: "GRE", overhead: outer + 4)
      default: return Tunnel(name: "IP in IP", overhead: outer)
      }
    }
    return nil
  }
}

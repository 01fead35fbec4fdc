internal import CaseModel
internal import Checks
internal import Correlation
internal import Evidence
internal import Wire

/// What a path carries, in bytes of the packets that travel on it: exact where somebody says so, else between two sizes.
enum PathMTU {
  /// With who says so, as a sentence.
  case exact(Int64, says: String, citations: [Citation])
  /// Between the largest that passed and the smallest that did not; an interface of the hosts there may have a size in between, but
  /// nothing tells that the packets went through it.
  case between(passed: Int64, lost: Int64, hint: String?)

  /// The largest packet that surely passes.
  var safe: Int64 {
    switch self {
    case .exact(let size, _, _): size
    case .between(let passed, _, _): passed
    }
  }

  var text: String {
    switch self {
    case .exact(_, let says, _): says
    case .between(let passed, let lost, let hint):
      hint.map { "\($0), which lies in between." } ?? Self.customary(passed, lost)
    }
  }

  /// What links and tunnels usually leave, where nobody told a size: names, and proof of nothing.
  private static func customary(_ passed: Int64, _ lost: Int64) -> String {
    let known: [(size: Int64, name: String)] = [
      (1_400, "many VPNs"), (1_420, "WireGuard"), (1_450, "VXLAN"), (1_476, "GRE"), (1_480, "IP in IP"),
      (1_492, "PPPoE"),
      (1_500, "plain Ethernet"), (8_950, "VXLAN on jumbo frames"),
    ]
    let between = known.filter { passed <= $0.size && $0.size < lost }.map {
      "\(Wording.grouped($0.size)) (\($0.name))"
    }
    return between.isEmpty ? "" : "Customary sizes in between: \(Wording.list(between))."
  }

  var citations: [Citation] {
    if case .exact(_, _, let citations) = self { citations } else { [] }
  }

  /// - Parameters:
  ///   - told: the MTU that an ICMP message about these packets names, 0 where none does.
  ///   - passed: the largest packet that passed.
  ///   - lost: the smallest that did not.
  ///   - passing: the interfaces that the packets were seen at on both sides of the hop.
  init(
    told: Int64, passed: Int64, lost: Int64, at location: Location, passing: Set<String>,
    _ tunnel: PathSettings.Tunnel?, _ scene: Scene
  ) {
    if told >= passed, told < lost {
      self = .exact(told, says: "An ICMP message names what the next link carries: \(Self.bytes(told)).", citations: [])
      return
    }
    let carried = { (mtu: Int64) in passed <= mtu && mtu < lost }
    if let tunnel, let outer = Self.told(ofTunnelAt: location, scene), carried(outer.mtu - tunnel.overhead) {
      self = .exact(
        outer.mtu - tunnel.overhead,
        says:
          "An ICMP message about the tunnel's own packets names \(Self.bytes(outer.mtu)): without the \(tunnel.overhead) of "
          + "\(tunnel.name) that leaves \(Self.bytes(outer.mtu - tunnel.overhead)).", citations: [outer.citation])
      return
    }
    let narrow = Self.interfaces(at: location, scene).flatMap { interface -> [(size: Int64, Interface)] in
      let sizes = [interface.mtu] + (tunnel.map { [interface.mtu - $0.overhead] } ?? [])
      return sizes.filter(carried).map { ($0, interface) }
    }.sorted { ($0.size, $0.1.name) < ($1.size, $1.1.name) }
    guard let (size, interface) = narrow.first(where: { passing.contains($0.1.name) }) else {
      self = .between(passed: passed, lost: lost, hint: narrow.first.map { Self.hint($0.size, $0.1, tunnel) })
      return
    }
    self = .exact(
      size, says: "It carries \(Self.bytes(size)): \(Self.hint(size, interface, tunnel)).",
      citations: [interface.citation])
  }

  private static func hint(_ size: Int64, _ interface: Interface, _ tunnel: PathSettings.Tunnel?) -> String {
    "`\(interface.name)` on `\(interface.host)` has an MTU of \(bytes(interface.mtu))"
      + (size == interface.mtu ? "" : ", which leaves \(bytes(size)) inside of \(tunnel?.name ?? "the tunnel")")
  }

  private static func bytes(_ count: Int64) -> String { Wording.count(Int(clamping: count), "byte") }

  private struct Interface {
    let name: String
    let host: HostName
    let mtu: Int64
    let citation: Citation
  }

  /// Of the hosts on both sides of the hop.
  private static func interfaces(at location: Location, _ scene: Scene) -> [Interface] {
    var seen: Set<HostAddressBook.Place> = []
    return scene.timeline.vantages.filter { [location.from, location.to].contains($0.name) }.flatMap { vantage in
      let place = HostAddressBook.Place(host: vantage.host, namespace: vantage.namespace)
      guard seen.insert(place).inserted,
        let all = scene.evidence.interfaces(host: vantage.host, namespace: vantage.namespace)?.value
      else { return [Interface]() }
      return all.filter { $0.linkType != "loopback" && $0.name != "lo" }.compactMap { interface in
        scene.evidence.mtu(of: interface.name, host: vantage.host, namespace: vantage.namespace).map { reading in
          Interface(
            name: interface.name, host: vantage.host, mtu: Int64(reading.value),
            citation: .check(
              reading.citation(
                says:
                  "the MTU of `\(interface.name)` is \(reading.value) bytes: too small for what was lost, with all its headers"
              )))
        }
      }
    }
  }

  /// RFC 1191, 4, and RFC 8201, 4: of the packets that carry others.
  private static func told(ofTunnelAt location: Location, _ scene: Scene) -> (mtu: Int64, citation: Citation)? {
    let timeline = scene.timeline
    let places = timeline.vantages.indices.filter {
      [location.from, location.to].contains(timeline.vantages[$0].name)
    }
    let tunnels = timeline.flows.indices.filter { flow in
      timeline.flows[flow].isTunnel && timeline.flows[flow].aliases.contains { places.contains($0.vantage) }
    }
    for tunnel in tunnels.prefix(8) {
      guard let story = try? timeline.story(tunnel) else { continue }
      for (vantage, track) in story.tracks.enumerated() {
        let error = track.records.firstIndex { $0.bits.contains(.icmpError) && $0.icmpMTU > 0 }
        guard let error else { continue }
        let reference = RecordReference(vantage: vantage, index: error)
        return (
          Int64(story[reference].icmpMTU),
          FrameCitations(story, scene).cite(reference, "ICMP: a packet of the tunnel was too big for the next link")
        )
      }
    }
    return nil
  }
}

import Foundation
import TestSupport
import Testing
import Wire

/// What we read of a frame against what `tshark` reads of it, field by field.
@Suite struct AgreementTests {
  private static let fields = [
    "frame.number", "frame.cap_len", "frame.len", "frame.time_epoch", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst",
    "ip.proto",
    "ip.ttl", "ip.id", "ip.flags.df", "ip.flags.mf", "ip.frag_offset", "ipv6.hlim", "ipv6.fraghdr.offset",
    "ipv6.fraghdr.more", "tcp.srcport", "tcp.dstport", "tcp.seq_raw", "tcp.ack_raw", "tcp.flags",
    "tcp.window_size_value", "tcp.len", "tcp.options.timestamp.tsval", "tcp.options.timestamp.tsecr",
    "tcp.options.mss_val", "tcp.options.wscale.shift", "udp.srcport", "udp.dstport", "udp.length", "icmp.type",
    "icmp.code", "icmp.ident", "icmp.seq", "icmp.mtu", "icmpv6.type", "icmpv6.code", "icmpv6.mtu",
    "icmpv6.echo.identifier", "icmpv6.echo.sequence_number", "sll.pkttype", "sll.ifindex",
    "vxlan.vni", "geneve.vni", "gre.key",
  ]

  @Test(
    arguments: [
      "gateway-cooked2.pcap", "server-mtu.pcap", "refused.pcap", "qinq.pcap", "cooked1.pcap", "raw-ipv6.pcap",
      "ahcp.pcapng", "damaged-lengths.pcap",
    ])
  func fieldsAreTsharks(name: String) throws {
    try agree(try fixtureBytes("Fixtures/\(name)", in: .module))
  }

  /// Real incidents, as tcpdump wrote them: every capture of the other suites, and those below the folder that `STAKEOUT_CAPTURES`
  /// names.
  @Test(arguments: incidents)
  func everyIncidentsFieldsAreTsharks(file: URL) throws {
    let bytes = Array(try Data(contentsOf: file))
    try agree(bytes)
    if try Reading(bytes).innermost.contains(where: { $0.tunnel.depth > 0 }) { try agree(bytes, innermost: true) }
  }

  private static var incidents: [URL] {
    let tests = URL(filePath: Program.root).appending(path: "Tests")
    let more = ProcessInfo.processInfo.environment["STAKEOUT_CAPTURES"].map { [URL(filePath: $0)] } ?? []
    let folders = ["CorrelationTests", "DiagnosesTests"].map { tests.appending(path: "\($0)/Fixtures") } + more
    return folders.flatMap { folder in
      let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects ?? []
      return found.compactMap { $0 as? URL }.filter { $0.pathExtension == "pcap" }.sorted { $0.path < $1.path }
    }
  }

  @Test(arguments: ["ethernet", "vlan", "sll", "sll2", "raw", "null"])
  func scriptsReadBackAlike(link: String) throws {
    let script = try PacketScript(
      """
      vantage here link \(link) nanoseconds has C
      address C 10.1.0.2:40000 isn 4294967290
      address S 10.2.0.9:80
      address C6 [2001:db8::2]:40000
      address S6 [2001:db8::9]:53
      address G 10.1.0.1
      here         packet
      0.000000001  C > S [S] seq 0 win 64240 <mss 1460, sackok, ts 100 0, nop, wscale 7> df
      0.010        S > C [S.] seq 0 ack 1 <mss 1400, wscale 9>
      0.020        C > S [P.] 1:1461 ack 1 <ts 101 7>
      0.030        C > S [.] seq 1 ack 1 <nop, nop, sack 1001 1003>
      0.040        G > C icmp frag-needed mtu 1400
      0.050        C6 > S6 udp len 33 ttl 9
      0.060        S6 > C6 [R.] seq 1 ack 5
      0.070        C > G icmp echo icmpid 7 icmpseq 2 len 10
      """)
    try agree(script.capture("here"))
  }

  @Test(arguments: ["vxlan-4789.pcap", "vxlan-8472.pcap"])
  func innermostFieldsAreTsharks(name: String) throws {
    try agree(try fixtureBytes("Fixtures/\(name)", in: .module), innermost: true)
  }

  @Test(arguments: Carrier.all)
  func carriedFieldsAreTsharks(carrier: Carrier) throws {
    try agree(try carrier.capture(), innermost: true)
  }

  private func agree(_ bytes: [UInt8], innermost: Bool = false) throws {
    guard let tshark = try InstalledTool("tshark") else { return }
    // Each frame for itself, as we read it: nothing put together across frames, and no tunnel's inside unless it is asked for.
    let alone = ["-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE"]
    let tunnels = innermost ? ["-d", "udp.port==8472,vxlan"] : ["--disable-protocol", "vxlan"]
    let options =
      ["-n", "-r", "FILE", "-T", "fields", "-E", "occurrence=\(innermost ? "l" : "f")"] + alone + tunnels
      + Self.fields.flatMap { ["-e", $0] }
    let theirs = try tshark.output(options, about: bytes).split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    let reading = try Reading(bytes)
    let ours = innermost ? reading.innermost : reading.packets
    try #require(theirs.count == ours.count)
    #expect(!ours.isEmpty)
    for (their, our) in zip(theirs, ours) { compare(their, our) }
  }

  private func compare(_ their: [String], _ our: Packet) {
    for (field, text) in zip(Self.fields, their) where !text.isEmpty {
      guard let value = value(field, our) else { continue }
      let expected = text.hasPrefix("0x") ? String(UInt64(text.dropFirst(2), radix: 16) ?? 0) : text
      #expect(value == expected, "\(field) of frame \(our.frame)")
    }
    guard !our.has.contains(.quoted) else { return compareQuoted(their, our) }
    // What tshark does not see, we must not see either.
    let silent = Dictionary(uniqueKeysWithValues: zip(Self.fields, their.map(\.isEmpty)))
    #expect(our.has.contains(.tcp) == (silent["tcp.seq_raw"] == false))
    #expect(our.has.contains(.icmp) == (silent["icmp.type"] == false || silent["icmpv6.type"] == false))
    #expect(our.has.contains(.timestamps) == (silent["tcp.options.timestamp.tsval"] == false))
  }

  /// What an ICMP error quotes has no fields of its own in `tshark`.
  private func compareQuoted(_ their: [String], _ our: Packet) {
    guard our.quoted.transport == 6, our.quoted.source.port != 0 else { return }
    let fields = Dictionary(zip(Self.fields, their), uniquingKeysWith: { first, _ in first })
    #expect(fields["tcp.srcport"] == "\(our.quoted.source.port)", "frame \(our.frame)")
    #expect(fields["tcp.dstport"] == "\(our.quoted.destination.port)", "frame \(our.frame)")
  }

  /// nil where the field is of a packet that an ICMP error quotes, or of one further out.
  private func value(_ field: String, _ our: Packet) -> String? {
    if field.hasPrefix(our.source.isIPv6 ? "ip." : "ipv6.") { return nil }
    if field.hasPrefix("vxlan"), our.tunnel.kind != .vxlan { return nil }
    if field.hasPrefix("geneve"), our.tunnel.kind != .geneve { return nil }
    if field.hasPrefix("gre"), our.tunnel.kind != .gre { return nil }
    if field.hasPrefix("tcp"), !our.has.contains(.tcp) { return nil }
    if field.hasPrefix("udp"), !our.has.contains(.udp) { return nil }
    return switch field {
    case "frame.number": "\(our.frame)"
    case "frame.cap_len": "\(our.capturedLength)"
    case "frame.len": "\(our.originalLength)"
    case "frame.time_epoch": epoch(our.time)
    case "ip.src", "ipv6.src": "\(our.source)"
    case "ip.dst", "ipv6.dst": "\(our.destination)"
    case "ip.proto": "\(our.transport)"
    case "ip.ttl", "ipv6.hlim": "\(our.timeToLive)"
    case "ip.id": "\(our.identification)"
    case "ip.flags.df": our.dontFragment ? "1" : "0"
    case "ip.flags.mf": our.isFragment && !our.has.contains(.laterFragment) ? "1" : nil
    case "ip.frag_offset", "ipv6.fraghdr.offset": "\(our.fragmentOffset)"
    case "ipv6.fraghdr.more": our.isFragment && !our.has.contains(.laterFragment) ? "1" : nil
    case "udp.length": our.isFragment ? nil : "\(our.payloadLength + 8)"
    case "icmp.seq", "icmpv6.echo.sequence_number": "\(our.icmpSequence)"
    case "icmpv6.echo.identifier": "\(our.icmpIdentifier)"
    case "tcp.srcport", "udp.srcport": "\(our.sourcePort)"
    case "tcp.dstport", "udp.dstport": "\(our.destinationPort)"
    case "tcp.seq_raw": "\(our.sequence)"
    case "tcp.ack_raw": "\(our.acknowledgment)"
    case "tcp.flags": "\(our.flags.rawValue)"
    case "tcp.window_size_value": "\(our.window)"
    case "tcp.len": "\(our.payloadLength)"
    case "tcp.options.timestamp.tsval": "\(our.timestampValue)"
    case "tcp.options.timestamp.tsecr": "\(our.timestampEcho)"
    case "tcp.options.mss_val": "\(our.maximumSegmentSize)"
    case "tcp.options.wscale.shift": "\(our.windowScale)"
    case "icmp.type", "icmpv6.type": "\(our.icmpType)"
    case "icmp.code", "icmpv6.code": "\(our.icmpCode)"
    case "icmp.ident": "\(our.icmpIdentifier)"
    case "icmp.mtu", "icmpv6.mtu": "\(our.icmpMTU)"
    case "sll.pkttype": our.direction == .outbound ? "4" : "0"
    case "sll.ifindex": "\(our.interfaceIndex)"
    case "vxlan.vni", "geneve.vni", "gre.key": "\(our.tunnel.identifier)"
    default: nil
    }
  }

  private func epoch(_ time: Int64) -> String {
    let fraction = String(time % 1_000_000_000)
    return "\(time / 1_000_000_000)." + String(repeating: "0", count: 9 - fraction.count) + fraction
  }
}

import TestSupport
import Testing
import Wire

/// What single layers make of what is rare.
@Suite struct DissectionTests {
  private func packets(_ lines: String, vantage: String = "vantage here") throws -> [Packet] {
    let script = try PacketScript(
      """
      \(vantage)
      address C 10.1.0.2:40000 isn 1000
      address S 10.2.0.9:80 isn 2000
      address C6 [2001:db8::2]:40000 isn 1000
      address S6 [2001:db8::9]:80 isn 2000
      address G 10.1.0.1
      address G6 2001:db8::1
      here packet
      """ + "\n" + lines)
    return try Reading(script.capture("here")).packets
  }

  @Test func anICMPErrorTellsWhatItIsAbout() throws {
    let packet = try packets(
      """
      0.1 C > S [P.] 1:1461 ack 1 df
      0.2 G > C icmp frag-needed mtu 1400
      """)[1]
    #expect(packet.has.contains([.ip, .icmp, .quoted]))
    #expect((packet.icmpType, packet.icmpCode, packet.icmpMTU) == (3, 4, 1400))
    #expect(packet.quoted.source.description == "10.1.0.2:40000")
    #expect(packet.quoted.destination.description == "10.2.0.9:80")
    #expect(packet.quoted.transport == 6)
    #expect(packet.quoted.sequence == 1001)
  }

  @Test func packetTooBigTellsTheSame() throws {
    let packet = try packets(
      """
      0.1 C6 > S6 [P.] 1:1461 ack 1
      0.2 G6 > C6 icmp frag-needed mtu 1400
      """)[1]
    #expect((packet.icmpType, packet.icmpCode, packet.icmpMTU) == (2, 0, 1400))
    #expect(packet.quoted.source.description == "[2001:db8::2]:40000")
    #expect(packet.quoted.sequence == 1001)
  }

  @Test func echoesHaveTheirNumbers() throws {
    for line in ["C > S icmp echo icmpid 7 icmpseq 9 len 8", "C6 > S6 icmp echo-reply icmpid 7 icmpseq 9 len 8"] {
      let packet = try #require(try packets("0.1 \(line)").first)
      #expect((packet.icmpIdentifier, packet.icmpSequence) == (7, 9))
      #expect(packet.payloadLength == 16)
      #expect(!packet.has.contains(.quoted))
    }
  }

  @Test(arguments: ["C > S", "C6 > S6"])
  func onlyTheFirstFragmentHasPorts(ends: String) throws {
    let both = try packets(
      """
      0.1 \(ends) udp len 2000 frag 0 1200 id 5
      0.2 \(ends) udp len 2000 frag 1200 2008 id 5
      """)
    #expect(both.map(\.isFragment) == [true, true])
    #expect(both.map(\.fragmentOffset) == [0, 1200])
    #expect(both.map(\.identification) == [5, 5])
    #expect(both.map(\.transport) == [17, 17])
    #expect(both.map(\.sourcePort) == [40000, 0])
    #expect(both.map { $0.has.contains(.laterFragment) } == [false, true])
    #expect(both.map(\.payloadLength) == [1192, 808])
  }

  /// A total length of 0 is what segmentation offload leaves: the frame's length counts, also where it was cut.
  @Test(arguments: ["C > S", "C6 > S6"])
  func segmentationOffloadLeavesNoLength(ends: String) throws {
    let packet = try #require(
      try packets("0.1 \(ends) [P.] 1:60001 ack 1 tso", vantage: "vantage here snaplen 100").first)
    #expect(packet.payloadLength == 60_000)
    #expect(packet.payloadCaptured == (ends == "C > S" ? 46 : 26))
  }

  @Test func ajumbogramIsAsLongAsItsFrame() throws {
    let packet = try #require(try Reading(fixture: "jumbogram.pcap").packets.first)
    #expect(packet.has.contains([.ip, .tcp]))
    #expect(packet.payloadLength == 80_054 - 14 - 40 - 32)
  }

  /// Short Ethernet frames are padded to 60 bytes, and padding is nobody's payload.
  @Test func paddingIsNotPayload() throws {
    let script = try PacketScript("address C 10.1.0.2:1\naddress S 10.2.0.9:2\nhere packet\n0.1 C > S [.] seq 1 ack 1")
    var bytes = script.capture("here")
    bytes += [UInt8](repeating: 0xee, count: 6)
    bytes[32] += 6
    bytes[36] += 6
    let packet = try #require(try Reading(bytes).packets.first)
    #expect((packet.payloadLength, packet.payloadCaptured, packet.payloadHash) == (0, 0, 0))
    #expect(packet.capturedLength == 60)
  }

  /// What the snapshot length cuts off is missing, what lies before it is not.
  @Test func aCutHeaderIsReadAsFarAsItGoes() throws {
    func packet(_ snaplen: Int) throws -> Packet {
      try #require(
        try packets("0.1 C > S [S] seq 0 <mss 1460, nop, wscale 7, ts 5 6>", vantage: "vantage here snaplen \(snaplen)")
          .first)
    }
    let ethernetAndIP = 34
    #expect(try packet(ethernetAndIP - 1).has == [])
    #expect(try packet(ethernetAndIP).has == .ip)
    #expect(try packet(ethernetAndIP + 4).sourcePort == 40000)
    #expect(try packet(ethernetAndIP + 8).sequence == 1000)
    #expect(try packet(ethernetAndIP + 19).has == .ip)
    #expect(try packet(ethernetAndIP + 20).has == [.ip, .tcp])
    let cut = try packet(ethernetAndIP + 20 + 10)
    #expect(cut.maximumSegmentSize == 1460)
    #expect(cut.windowScale == 7)
    #expect(!cut.has.contains(.options))
    #expect(try packet(96).has == [.ip, .tcp, .options, .timestamps])
    #expect(try packet(ethernetAndIP + 24).payloadLength == 0)
  }

  @Test func contentIsKnownByItsFirstBytes() throws {
    let hashes = try packets(
      """
      0.1 C > S udp data "twenty-four bytes are it, and these are not"
      0.2 S > C udp data "twenty-four bytes are it  or something else"
      0.3 C > S udp data "twenty-four bytes are i!"
      0.4 C > S udp data "a"
      0.5 C > S [.] seq 1 ack 1
      """
    ).map(\.payloadHash)
    #expect(hashes[0] == hashes[1])
    #expect(Set(hashes).count == 4)
    #expect(hashes[4] == 0)
  }

  /// 802.1ad round 802.1Q round ARP: read through both tags, and nothing made of what is not IP.
  @Test func selectiveAcknowledgmentsAreKnownWhateverTheNumbersAre() throws {
    func hash(isn: Int, _ options: String) throws -> UInt32 {
      let script = try PacketScript(
        """
        vantage here has C
        address C 10.1.0.2:40000
        address S 10.2.0.9:80 isn \(isn)
        here   packet
        0.000  C > S [.] seq 1 ack 1 \(options)
        """)
      return try #require(Reading(script.capture("here")).packets.first).selectiveHash
    }
    let plain = try hash(isn: 9_000, "<nop, nop, sack 10449 11897>")
    #expect(try plain == hash(isn: 4_294_960_000, "<nop, nop, sack 4294961449 4294962897>"))
    #expect(try plain != hash(isn: 9_000, "<nop, nop, sack 10449 13345>"))
    #expect(try plain != hash(isn: 9_000, "<nop, nop, sack 10449 11897, nop, nop, sack 13345 14793>"))
    #expect(try hash(isn: 9_000, "<nop, nop, ts 1 1>") == 0)
  }

  @Test func stackedTagsArePassed() throws {
    #expect(try Reading(fixture: "qinq.pcap").packets.map(\.has) == [[], []])
    var bytes = try PacketScript("vantage here link vlan\naddress C 10.1.0.2:1\nhere packet\n0.1 C > C udp len 3")
      .capture("here")
    // Another tag before the one that is there.
    bytes.insert(contentsOf: [0x88, 0xa8, 0, 7], at: 24 + 16 + 12)
    bytes[32] += 4
    bytes[36] += 4
    #expect(try Reading(bytes).packets.map(\.payloadLength) == [3])
  }
}

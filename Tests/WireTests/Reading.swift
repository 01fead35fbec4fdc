import TestSupport
import Wire

/// Every packet of a capture, and how it ended.
struct Reading {
  var packets: [Packet] = []
  /// What each of them carries through tunnels, as deep as it goes; itself where it carries nothing.
  var innermost: [Packet] = []
  var frames: [[UInt8]] = []
  var ending: CaptureEnding
  var interfaces: [CaptureInterface]

  init(_ bytes: [UInt8]) throws(CaptureFileError) {
    var reader = try CaptureReader(ByteArraySource(bytes))
    var packet = Packet()
    while reader.next(&packet) {
      packets.append(packet)
      while reader.inner(&packet) {}
      innermost.append(packet)
      frames.append(reader.withFrame { Array($0) })
    }
    ending = reader.ending
    interfaces = reader.interfaces
  }

  init(fixture name: String) throws {
    try self.init(try fixtureBytes("Fixtures/\(name)", in: .module))
  }
}

/// The captures that every test of robustness goes through.
let fixtures = [
  "gateway-cooked2.pcap", "server-mtu.pcap", "refused.pcap", "qinq.pcap", "cooked1.pcap", "raw-ipv6.pcap",
  "ahcp.pcapng",
  "icmpv6-error.pcap", "wrong-fractions.pcap", "vxlan-8472.pcap",
]

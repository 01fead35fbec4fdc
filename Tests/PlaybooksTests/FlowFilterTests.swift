import CPcap
import Playbooks
import Testing

/// What `flow: { port: 8080 }` lets through, frame by frame.
@Suite struct FlowFilterTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let frame: [UInt8]
    let passes: Bool
  }

  static let here = Frame.udp(8080, 40000)
  static let elsewhere = Frame.udp(53, 40000)

  static let samples: [Sample] = [
    Sample(
      testDescription: "TCP to the port", frame: Frame.ethernet(Frame.v4(6, Frame.tcp(40000, 8080))), passes: true),
    Sample(
      testDescription: "TCP from the port", frame: Frame.ethernet(Frame.v4(6, Frame.tcp(8080, 40000))), passes: true),
    Sample(testDescription: "another port", frame: Frame.ethernet(Frame.v4(6, Frame.tcp(40000, 443))), passes: false),
    Sample(testDescription: "UDP over IPv6", frame: Frame.ethernet(Frame.v6(17, here)), passes: true),
    Sample(testDescription: "another port over IPv6", frame: Frame.ethernet(Frame.v6(17, elsewhere)), passes: false),
    Sample(testDescription: "ICMP", frame: Frame.ethernet(Frame.v4(1, [3, 4, 0, 0])), passes: true),
    Sample(testDescription: "ICMPv6", frame: Frame.ethernet(Frame.v6(58, [2, 0, 0, 0])), passes: true),
    Sample(
      testDescription: "a later fragment", frame: Frame.ethernet(Frame.v4(17, elsewhere, fragment: 185)), passes: true),
    Sample(
      testDescription: "a fragment of IPv6", frame: Frame.ethernet(Frame.v6(44, [17, 0, 0, 1] + elsewhere)),
      passes: true),
    Sample(
      testDescription: "the port in VXLAN", frame: Frame.tunnel(4789, Frame.vxlan(Frame.v4(17, here))), passes: true),
    Sample(
      testDescription: "the port in Linux's own VXLAN", frame: Frame.tunnel(8472, Frame.vxlan(Frame.v4(17, here))),
      passes: true),
    Sample(testDescription: "IPv6 in VXLAN", frame: Frame.tunnel(4789, Frame.vxlan(Frame.v6(17, here))), passes: true),
    Sample(
      testDescription: "ICMP in VXLAN", frame: Frame.tunnel(4789, Frame.vxlan(Frame.v4(1, [3, 4, 0, 0]))), passes: true),
    Sample(
      testDescription: "a later fragment in VXLAN",
      frame: Frame.tunnel(4789, Frame.vxlan(Frame.v4(17, elsewhere, fragment: 185))), passes: true),
    Sample(
      testDescription: "another port in VXLAN", frame: Frame.tunnel(4789, Frame.vxlan(Frame.v4(17, elsewhere))),
      passes: false),
    Sample(
      testDescription: "the port in Geneve", frame: Frame.tunnel(6081, Frame.geneve(0, Frame.v4(17, here))),
      passes: true),
    Sample(
      testDescription: "the port in Geneve with options",
      frame: Frame.tunnel(6081, Frame.geneve(3, Frame.v4(17, here))),
      passes: true),
    Sample(
      testDescription: "another port in Geneve with options",
      frame: Frame.tunnel(6081, Frame.geneve(3, Frame.v4(17, elsewhere))), passes: false),
    Sample(testDescription: "the port in IPIP", frame: Frame.ethernet(Frame.v4(4, Frame.v4(17, here))), passes: true),
    Sample(
      testDescription: "another port in IPIP", frame: Frame.ethernet(Frame.v4(4, Frame.v4(17, elsewhere))),
      passes: false),
    Sample(testDescription: "GRE", frame: Frame.ethernet(Frame.v4(47, [0, 0, 8, 0])), passes: true),
    Sample(
      testDescription: "a tunnel over IPv6", frame: Frame.ethernet(Frame.v6(17, Frame.udp(40000, 4789))), passes: true),
  ]

  let program: CompiledFilter

  init() throws {
    let text = "name: x\nroles: { a: {} }\ncaptures: [{ on: a, flow: { port: 8080 } }]"
    let parsed = parsePlaybook(text, file: "p.yaml", variables: [:], fillMissing: false) { _ in nil }
    program = try CompiledFilter(try #require(parsed.value).captures[0].filter.text)
  }

  @Test(arguments: samples) func `a frame`(sample: Sample) { #expect(program.passes(sample.frame) == sample.passes) }
}

/// A filter as the kernel runs it.
final class CompiledFilter {
  private var program = bpf_program()

  init(_ text: String) throws {
    let handle = try #require(pcap_open_dead(DLT_EN10MB, 262_144))
    defer { pcap_close(handle) }
    try #require(pcap_compile(handle, &program, text, 1, bpf_u_int32.max) == 0)
  }

  deinit { pcap_freecode(&program) }

  func passes(_ frame: [UInt8]) -> Bool {
    var header = pcap_pkthdr()
    header.caplen = bpf_u_int32(frame.count)
    header.len = header.caplen
    return pcap_offline_filter(&program, &header, frame) != 0
  }
}

/// Just enough of each header for a filter.
enum Frame {
  static func ethernet(_ packet: [UInt8]) -> [UInt8] {
    Array(repeating: 2, count: 12) + (packet[0] >> 4 == 4 ? [0x08, 0x00] : [0x86, 0xDD]) + packet
  }

  static func v4(_ proto: UInt8, _ payload: [UInt8], fragment: UInt16 = 0) -> [UInt8] {
    [0x45, 0] + big(UInt16(20 + payload.count)) + [0, 1] + big(fragment) + [64, proto, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
      + payload
  }

  static func v6(_ proto: UInt8, _ payload: [UInt8]) -> [UInt8] {
    [0x60, 0, 0, 0] + big(UInt16(payload.count)) + [proto, 64] + Array(repeating: 1, count: 32) + payload
  }

  static func udp(_ source: UInt16, _ destination: UInt16, _ payload: [UInt8] = [1, 2, 3, 4]) -> [UInt8] {
    big(source) + big(destination) + big(UInt16(8 + payload.count)) + [0, 0] + payload
  }

  static func tcp(_ source: UInt16, _ destination: UInt16) -> [UInt8] {
    big(source) + big(destination) + Array(repeating: 0, count: 8) + [0x50, 0x10, 1, 0, 0, 0, 0, 0]
  }

  static func tunnel(_ port: UInt16, _ payload: [UInt8]) -> [UInt8] { ethernet(v4(17, udp(40000, port, payload))) }
  static func vxlan(_ packet: [UInt8]) -> [UInt8] { [8, 0, 0, 0, 0, 0x10, 0, 0] + ethernet(packet) }

  static func geneve(_ words: UInt8, _ packet: [UInt8]) -> [UInt8] {
    [words, 0, 0x65, 0x58, 0, 0x10, 0, 0] + Array(repeating: 0, count: Int(words) * 4) + ethernet(packet)
  }

  private static func big(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }
}

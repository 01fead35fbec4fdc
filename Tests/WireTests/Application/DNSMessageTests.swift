import TestSupport
import Testing
import Wire

@Suite struct DNSMessageTests {
  private func message(_ bytes: [UInt8]) -> DNSMessage? { bytes.withUnsafeBytes { DNSMessage($0) } }

  /// Twelve bytes of header, and one question.
  private func bytes(_ name: [UInt8], type: UInt16 = 1, flags: UInt16 = 0x0100) -> [UInt8] {
    let ends = [type, 1].flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
    return [0xab, 0xcd, UInt8(flags >> 8), UInt8(flags & 255), 0, 1, 0, 2, 0, 0, 0, 0] + name + ends
  }

  private func labels(_ text: String) -> [UInt8] {
    text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
  }

  @Test func aQueryIsNamed() throws {
    let query = try #require(message(bytes(labels("db.example"), type: 28)))
    #expect((query.identifier, query.isResponse, query.operation, query.isTruncated) == (0xabcd, false, 0, false))
    #expect(query.question?.name == "db.example")
    #expect(query.question?.type == .aaaa)
    #expect(query.question?.description == "db.example AAAA")
  }

  @Test func aResponseTellsHowItWent() throws {
    let response = try #require(message(bytes(labels("x"), flags: 0x8383)))
    #expect((response.isResponse, response.isTruncated, response.answers) == (true, true, 2))
    #expect(response.responseCode == .nonexistentDomain)
    #expect(response.responseCode.description == "NXDOMAIN")
    #expect(DNSResponseCode(rawValue: 12).description == "RCODE12")
    #expect(DNSRecordType(rawValue: 1234).description == "TYPE1234")
  }

  @Test func whatCannotBePrintedIsEscaped() {
    #expect(message(bytes([0]))?.question?.name == ".")
    #expect(message(bytes([5, 0x61, 0x2e, 0x5c, 7, 0xff, 0]))?.question?.name == #"a\.\\\007\255"#)
  }

  @Test func pointersLeadBackOnly() {
    // In the header's place, where a name may point to from the question: "a" and the end.
    var back = bytes([0xc0, 0x08])
    back.replaceSubrange(8..<11, with: [1, 0x61, 0])
    #expect(message(back)?.question?.description == "a A")
    #expect(message(bytes([0xc0, 0x0c]))?.question == nil)
    #expect(message(bytes([1, 0x61, 0xc0, 0x0c]))?.question == nil)
    #expect(message(bytes([0xc0, 0x20]))?.question == nil)
    // Two that point to each other.
    var circle = bytes([0xc0, 0x08])
    circle.replaceSubrange(8..<10, with: [0xc0, 0x0c])
    #expect(message(circle)?.question == nil)
  }

  @Test func namesEndAtTheirLimit() {
    let long = (0..<4).flatMap { _ in [63] + [UInt8](repeating: 0x61, count: 63) }
    #expect(
      message(bytes(Array(long.prefix(64 * 3)) + [61] + [UInt8](repeating: 0x61, count: 61) + [0]))?.question != nil)
    #expect(message(bytes(long + [0]))?.question == nil)
    #expect(message(bytes([0x40, 0]))?.question == nil)
  }

  @Test func everyPrefixIsReadAsFarAsItGoes() {
    let whole = bytes(labels("db.example"))
    for length in whole.indices {
      let part = message(Array(whole.prefix(length)))
      #expect((part != nil) == (length >= 12))
      #expect(part?.question == nil)
    }
    #expect(message(whole)?.question != nil)
  }

  @Test func changedBytesAreSurvived() {
    var random = SplitMix(state: 5)
    for _ in 0..<20_000 {
      let length = Int(random.next() % 80)
      let noise = (0..<length).map { _ in
        random.next() % 4 == 0 ? 0xc0 : UInt8(truncatingIfNeeded: random.next() % 24)
      }
      if let name = message(noise)?.question?.name { #expect(name.utf8.count <= 4 * 255) }
    }
  }

  @Test func questionsAreTsharks() throws {
    guard let tshark = try InstalledTool("tshark") else { return }
    let messages = [
      bytes(labels("db.example"), type: 28), bytes(labels("a.b.c.d"), type: 65), bytes(labels("x"), flags: 0x8183),
      bytes(labels("y.example"), type: 12, flags: 0x8182),
    ]
    var writer = PcapngWriter(ByteArraySink())
    let interface = try writer.interface(CaptureInterface(linkType: .raw))
    for message in messages {
      let frame = Carrier("", [.ipv4(17), .udp(DNSMessage.port)]).frame(around: message)
      try frame.withUnsafeBytes {
        try writer.packet($0, interface: interface, time: 0, originalLength: UInt32(frame.count))
      }
    }
    try writer.finish()
    let fields = ["dns.id", "dns.qry.name", "dns.qry.type", "dns.flags.rcode"].flatMap { ["-e", $0] }
    let theirs = try tshark.output(["-n", "-r", "FILE", "-T", "fields"] + fields, about: writer.sink.bytes)
    var reader = try CaptureReader(ByteArraySource(writer.sink.bytes))
    var packet = Packet()
    var ours = ""
    while reader.next(&packet) {
      guard let dns = reader.withPayload(of: packet, { DNSMessage($0) }), let question = dns.question else { continue }
      let code = dns.isResponse ? "\(dns.responseCode.rawValue)" : ""
      ours += "0x\(String(dns.identifier, radix: 16))\t\(question.name)\t\(question.type.rawValue)\t\(code)\n"
    }
    #expect(theirs == ours)
  }
}

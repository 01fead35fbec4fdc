import TestSupport
import Testing
import Wire

@Suite struct TLSRecordHeaderTests {
  private func records(_ bytes: [UInt8], skipping: Int = 0) -> [TLSRecordHeader] {
    bytes.withUnsafeBytes { Array(TLSRecordHeaders($0, skipping: skipping)) }
  }

  /// Every payload of a capture through `body`.
  private func payloads<R>(_ name: String, _ body: (Packet, [UInt8]) throws -> R) throws -> [R] {
    var reader = try CaptureReader(try fixture("Fixtures/\(name)", in: .module))
    var packet = Packet()
    var results: [R] = []
    while reader.next(&packet) {
      results.append(try body(packet, reader.withPayload(of: packet) { Array($0) }))
    }
    return results
  }

  @Test func recordsAreTsharks() throws {
    guard let tshark = try InstalledTool("tshark") else { return }
    let preferences = ["tls.desegment_ssl_records", "tls.desegment_ssl_application_data", "tcp.desegment_tcp_streams"]
    let options =
      ["-n", "-r", "FILE"] + preferences.flatMap { ["-o", "\($0):FALSE"] }
      + ["-T", "fields", "-e", "tls.record.content_type", "-e", "tls.record.version", "-e", "tls.record.length"]
    let theirs = try tshark.output(options, about: try fixtureBytes("Fixtures/tls12.pcap", in: .module))
    let ours = try payloads("tls12.pcap") { _, payload in
      let records = records(payload)
      return [
        records.map { "\($0.type.rawValue)" }, records.map { "0x0" + String($0.version, radix: 16) },
        records.map { "\($0.length)" },
      ].map { $0.joined(separator: ",") }.joined(separator: "\t")
    }
    #expect(theirs.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) == ours + [""])
  }

  @Test func aConnectionTellsItsStory() throws {
    let story = try payloads("tls12.pcap") { packet, payload in
      (packet.sourcePort == 6443 ? "server" : "client", records(payload))
    }
    let first = story.flatMap { side, records in records.map { (side, $0) } }.prefix(7)
    #expect(first.map(\.0) == ["client", "server", "server", "server", "server", "client", "client"])
    #expect(first.map(\.1.hello) == [.client, .server, nil, nil, nil, nil, nil])
    #expect(
      first.map(\.1.type) == [
        .handshake, .handshake, .handshake, .handshake, .handshake, .handshake, .changeCipherSpec,
      ])
    let alerts = story.flatMap(\.1).filter { $0.type == .alert }
    #expect(!alerts.isEmpty)
    #expect(alerts.allSatisfy { $0.isEncryptedAlert && $0.alert == nil && $0.length == 26 })
  }

  @Test func anAlertInTheClearIsRead() {
    let close = records([21, 3, 3, 0, 2, 1, 0])
    #expect(close.map(\.alert) == [TLSAlert(level: 1, description: 0)])
    #expect(close.allSatisfy { $0.alert?.isCloseNotify == true && !$0.isEncryptedAlert })
    #expect(records([21, 3, 1, 0, 2, 2, 40]).first?.alert?.description == "handshake_failure")
    #expect(records([21, 3, 1, 0, 2, 2, 200]).first?.alert?.description == "alert 200")
    #expect(records([21, 3, 3, 0, 2, 1]).map(\.alert) == [nil])
  }

  @Test func aLongRecordGoesOnInTheNextSegment() {
    let first: [UInt8] = [23, 3, 3, 0, 10, 1, 2, 3, 4]
    let second: [UInt8] = [5, 6, 7, 8, 9, 10, 21, 3, 3, 0, 2, 2, 0]
    first.withUnsafeBytes { bytes in
      var headers = TLSRecordHeaders(bytes)
      let header = headers.next()
      #expect((header?.length, header?.captured) == (10, 4))
      #expect(headers.next() == nil)
      #expect(headers.overhang == 6)
    }
    #expect(records(second).isEmpty)
    #expect(records(second, skipping: 6).map(\.offset) == [6])
    #expect(records(second, skipping: .max).isEmpty)
    second.withUnsafeBytes { #expect(TLSRecordHeaders($0, skipping: 20).overhang == 7) }
  }

  @Test(arguments: [
    Array("GET / HTTP/1.1\r\n".utf8), [22, 3, 3, 0], [19, 3, 3, 0, 1, 0], [25, 3, 3, 0, 1, 0], [22, 2, 0, 0, 1, 0],
    [22, 3, 5, 0, 1, 0], [23, 3, 3, 0x48, 1, 0], [20, 3, 3, 0, 2, 1, 1], [21, 3, 3, 0, 1, 1], [22, 3, 3, 0, 0], [],
  ])
  func whatIsNotTLSHasNoRecords(bytes: [UInt8]) { #expect(records(bytes).isEmpty) }

  @Test func anythingIsSurvived() throws {
    var random = SplitMix(state: 3)
    _ = try payloads("tls12.pcap") { _, payload in
      for length in payload.indices.prefix(100) { _ = records(Array(payload[..<length])) }
      guard !payload.isEmpty else { return }
      for _ in 0..<5 {
        var changed = payload
        for _ in 0..<3 {
          changed[Int(random.next() % UInt64(changed.count))] = UInt8(truncatingIfNeeded: random.next())
        }
        for record in records(changed) {
          #expect(record.offset + TLSRecordHeader.size + record.captured <= changed.count)
        }
      }
    }
  }
}

import CaseModel
import Foundation
import Planning
import Testing

@Suite("A capture with tcpdump", .enabled(if: KeeperNeeds.capturing, KeeperNeeds.reason))
struct KeeperCaptureTests {
  /// The last packet is sent right before the stop is noted; each must be in the file.
  @Test(arguments: KeeperShell.here) func stopLosesNoPacket(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let sender = try NumberedDatagrams()
      // A ring that holds all of them, so that a busy machine cannot drop any.
      let unit = KeeperUnit.loopback("pod", in: host, filter: "udp port \(sender.port)", options: ["-B", "16384"])
      try await host.start(unit)
      let (armed, _) = try await host.untilRecording(unit)
      sender.send(20_000)
      try await host.watch("stop")
      let end = try await host.untilEnded(unit)
      #expect(end.why == .stop)
      #expect(end.status == 0)
      let capture = try Data(contentsOf: URL(fileURLWithPath: host.folder + "/pod.pcap"))
      #expect(end.bytes == capture.count)
      let numbers = NumberedDatagrams.numbers(in: capture)
      #expect(numbers.count == 20_000)
      #expect(Set(numbers) == Set(0..<20_000))
      let first = try #require(NumberedDatagrams.firstTime(in: capture))
      #expect(first.since(armed) > -10_000_000, "armed is when it began to record, not later")
      #expect(host.text(unit.logFile).contains("0 packets dropped by kernel"))
    }
  }

  @Test(arguments: KeeperShell.here) func packetCount(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let sender = try NumberedDatagrams()
      let unit = KeeperUnit.loopback("pod", in: host, filter: "udp port \(sender.port)", options: ["-c", "5"])
      try await host.start(unit)
      try await host.untilRecording(unit)
      sender.send(10)
      let end = try await host.untilEnded(unit)
      #expect(end.why == .packets)
      #expect(end.status == 0)
    }
  }

  @Test(arguments: KeeperShell.here) func interfaceThatIsNotThere(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      var unit = KeeperUnit.loopback("pod", in: host)
      unit.command = unit.command.map { $0 == "lo" ? "nosuch0" : $0 }
      try await host.start(unit)
      let end = try await host.untilEnded(unit)
      #expect(end.why == .failed)
      #expect(end.status == 1)
      #expect(host.text(unit.logFile).contains("nosuch0: No such device exists"))
    }
  }

  @Test(arguments: KeeperShell.here) func ringCountsAllItsFiles(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      let sender = try NumberedDatagrams()
      let unit = KeeperUnit.loopback(
        "pod", in: host, filter: "udp port \(sender.port)", options: ["-B", "16384", "-C", "1", "-W", "2"])
      try await host.start(unit)
      try await host.untilRecording(unit)
      sender.send(20_000)
      try await host.watch("stop")
      let end = try await host.untilEnded(unit)
      #expect(end.why == .stop)
      let files = try FileManager.default.contentsOfDirectory(atPath: host.folder).filter { $0.contains(".pcap") }
      #expect(files.count == 2)
      let sizes = try files.map { try Data(contentsOf: URL(fileURLWithPath: "\(host.folder)/\($0)")).count }
      #expect(Int64(sizes.reduce(0, +)) == end.bytes)
    }
  }
}

/// Datagrams on loopback that say their number, to a socket that is there so that no ICMP answers them.
private final class NumberedDatagrams {
  let port: UInt16
  private let receiver: Int32
  private let sender: Int32
  private var address: sockaddr_in

  init() throws {
    receiver = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    sender = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { [receiver] in
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(receiver, $0, length) == 0 && getsockname(receiver, $0, &length) == 0
      }
    }
    try #require(bound)
    self.address = address
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit {
    close(receiver)
    close(sender)
  }

  func send(_ count: UInt32) {
    for number in 0..<count {
      withUnsafeBytes(of: number.bigEndian) { bytes in
        withUnsafePointer(to: address) {
          $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            _ = sendto(sender, bytes.baseAddress, 4, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
          }
        }
      }
    }
  }

  /// The numbers in a little-endian pcap of Ethernet frames with IPv4 and UDP, as tcpdump writes it on loopback here.
  static func numbers(in capture: Data) -> [UInt32] {
    records(in: capture).compactMap { record in
      record.count >= 16 + 46
        ? capture[(record.lowerBound + 58)..<(record.lowerBound + 62)].reduce(0) { $0 << 8 | UInt32($1) } : nil
    }
  }

  static func firstTime(in capture: Data) -> HostTime? {
    guard let first = records(in: capture).first else { return nil }
    let seconds = Int64(little(capture, first.lowerBound))
    let micros = Int64(little(capture, first.lowerBound + 4))
    return HostTime(nanoseconds: seconds * 1_000_000_000 + micros * 1_000)
  }

  private static func records(in capture: Data) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var at = 24
    while at + 16 <= capture.count {
      let end = at + 16 + Int(little(capture, at + 8))
      guard end <= capture.count else { break }
      ranges.append(at..<end)
      at = end
    }
    return ranges
  }

  private static func little(_ data: Data, _ at: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(data[at + $1]) << (8 * UInt32($1)) }
  }
}

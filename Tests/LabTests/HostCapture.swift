import CaseModel
import CaseStore
import Lab
import Wire

/// A tcpdump on one lab host.
struct HostCapture {
  let host: LabHost
  private let file: String

  /// Returns when it records.
  static func start(_ lab: RunningLab, on name: HostName, interface: String, filter: String) async throws -> HostCapture
  {
    guard let host = lab.hosts.first(where: { $0.name == name }) else { throw NoSuchHost(name: name) }
    let capture = HostCapture(
      host: host, file: "\(lab.folderPath)/hosts/\(name)/var-tmp/\(name).pcap")
    try await host.start(
      [
        "tcpdump", "-i", interface, "-s", "128", "-U", "-B", "65536", "-Z", "root", "-w", "/var/tmp/\(name).pcap",
        filter,
      ],
      log: "/var/tmp/tcpdump.log")
    let isListening = try await holds { try await host.run(["cat", "/var/tmp/tcpdump.log"]).contains("listening on") }
    guard isListening else { throw NoSuchHost(name: name) }
    return capture
  }

  /// What was recorded up to now, with everything that crossed before the call: waits for the kernel's buffer.
  func packets() async throws -> [Packet] {
    let mark = try await markNow()
    var packets: [Packet] = []
    _ = try await holds {
      packets = try read()
      return (packets.last?.time ?? 0) > mark
    }
    return packets
  }

  private func markNow() async throws -> Int64 {
    let text = try await host.run(["date", "+%s%N"])
    return Int64(text.filter(\.isNumber)) ?? 0
  }

  private func read() throws -> [Packet] {
    var reader = try CaptureReader(ByteArraySource(AtomicFile.read(file)))
    var packet = Packet()
    var packets: [Packet] = []
    while reader.next(&packet) { packets.append(packet) }
    return packets
  }

  struct NoSuchHost: Error { let name: HostName }
}

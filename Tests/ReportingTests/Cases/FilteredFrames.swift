import Foundation
import TestSupport

/// Every frame of some cases as tshark takes it apart, and which of them a display filter of ours would pick.
struct FilteredFrames {
  /// Rows of fields by the case's number and the file.
  private var rows: [String: [[String: Set<String>]]] = [:]

  private static let fields = [
    "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "tcp.srcport", "tcp.dstport", "tcp.seq_raw", "tcp.ack_raw", "tcp.len",
    "tcp.flags.syn", "tcp.flags.reset", "tcp.window_size_value", "ip.ttl", "ipv6.hlim", "ip.id",
  ]

  /// All captures go into one file: tshark takes longer to start than to read.
  init(_ samples: [SampleCase], _ tshark: InstalledTool) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    var order: [(key: String, path: String)] = []
    for (number, sample) in samples.enumerated() {
      for (file, bytes) in sample.files.sorted(by: { $0.key < $1.key }) where file.hasSuffix(".pcap") {
        let path = folder.appendingPathComponent("\(order.count).pcap")
        try Data(bytes).write(to: path)
        order.append(("\(number) \(file)", path.path))
      }
    }
    let merged = folder.appendingPathComponent("all.pcapng").path
    _ = try InstalledTool("mergecap")?.output(["-a", "-I", "none", "-w", merged] + order.map(\.path))
    let text = try tshark.output(
      ["-r", merged, "-n", "-o", "tcp.desegment_tcp_streams:FALSE", "-T", "fields", "-E", "occurrence=a"]
        + (["frame.interface_id"] + Self.fields).flatMap { ["-e", $0] })
    for line in text.split(separator: "\n") {
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard let file = Int(cells[0]), order.indices.contains(file) else { continue }
      let values = zip(Self.fields, cells.dropFirst()).map { ($0, Set($1.split(separator: ",").map(Self.plain))) }
      rows[order[file].key, default: []].append(Dictionary(uniqueKeysWithValues: values))
    }
  }

  func frames(of sample: Int, file: String, matching filter: String) -> [Int] {
    let terms = filter.components(separatedBy: " && ").map { $0.components(separatedBy: "==") }
    return (rows["\(sample) \(file)"] ?? []).enumerated().filter { number, row in
      terms.allSatisfy { term in
        term[0] == "frame.number" ? term[1] == "\(number + 1)" : row[term[0]]?.contains(Self.plain(term[1])) == true
      }
    }.map { $0.offset + 1 }
  }

  /// Numbers in decimal, truth as 1.
  private static func plain(_ text: some StringProtocol) -> String {
    if text == "True" { return "1" }
    if text == "False" { return "0" }
    return text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16).map { "\($0)" } ?? "" : String(text)
  }
}

import Foundation
import Testing

@testable import Checks

/// Every file in `Samples/` is read as the JSON beside it says.
@Suite struct SampleTests {
  struct Expected: Decodable {
    let count: Int
    let holds: [String: String]
    let lacks: [String]
  }

  static let folder = Bundle.module.bundleURL.appendingPathComponent("Samples")

  static let samples: [String] = {
    let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return paths.filter { $0.hasSuffix(".txt") }.sorted()
  }()

  @Test func `there are samples for every reading`() {
    #expect(
      Set(Self.samples.compactMap { $0.split(separator: "/").first.map(String.init) })
        == Set(CheckCatalog.all.map { $0.id }))
  }

  @Test(arguments: samples) func `a sample is read as expected`(path: String) throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent(path), encoding: .utf8)
    let json = Self.folder.appendingPathComponent(path.replacing(".txt", with: ".json", maxReplacements: 1))
    let expected = try JSONDecoder().decode(Expected.self, from: Data(contentsOf: json))
    let (count, values) = try #require(Self.read(String(path.prefix { $0 != "/" }), text))
    #expect(count == expected.count)
    for (key, value) in expected.holds { #expect(values[key] == value, "\(key)") }
    for key in expected.lacks { #expect(values[key] == nil, "\(key)") }
  }

  /// Half a table is a host in trouble: what can be read is read, and nothing traps.
  @Test(arguments: samples) func `every prefix of a sample is read`(path: String) throws {
    let bytes = try Array(Data(contentsOf: Self.folder.appendingPathComponent(path)))
    for length in stride(from: 0, to: bytes.count, by: 131) {
      let text = String(decoding: bytes[..<length], as: UTF8.self)
      #expect(Self.read(String(path.prefix { $0 != "/" }), text) != nil || path.hasPrefix("uname"))
    }
  }

  static func read(_ reading: String, _ text: String) -> (count: Int, values: [String: String])? {
    switch reading {
    case "sysctl":
      let values = SysctlReading(parsing: text).values
      return (values.count, values)
    case "counters":
      let values = CounterReading(parsing: text).values
      return (values.count, values.mapValues { "\($0)" })
    case "conntrack-stats":
      let values = ConntrackStatistics(parsing: text).values
      return (values.count, values.mapValues { "\($0)" })
    case "interface-mtu":
      let interfaces = NetworkInterface.parse(text)
      return (interfaces.count, Dictionary(interfaces.map { ($0.name, describe($0)) }, uniquingKeysWith: { $1 }))
    case "conntrack-table":
      let entries = ConntrackTable(parsing: text).entries
      return (entries.count, Dictionary(uniqueKeysWithValues: entries.enumerated().map { ("\($0)", describe($1)) }))
    case "addresses": return numbered(AddressesCheck.addresses(in: text))
    case "routes": return numbered(RoutesCheck.routes(in: text))
    case "listen-queue":
      let queues = ListenQueues(parsing: text).queues
      return (
        queues.count,
        Dictionary(
          queues.map { ("\($0.port)", "\($0.waiting) of \($0.limit.map(String.init) ?? "-")") },
          uniquingKeysWith: { first, _ in first })
      )
    case "uname":
      guard let kernel = KernelVersion(parsing: text) else { return nil }
      return (1, ["release": kernel.release, "version": "\(kernel.major).\(kernel.minor).\(kernel.patch)"])
    default: return nil
    }
  }

  private static func numbered(_ lines: [String]) -> (count: Int, values: [String: String]) {
    (lines.count, Dictionary(uniqueKeysWithValues: lines.enumerated().map { ("\($0)", $1) }))
  }

  /// `mtu 1500 ether veth if2 0/0`: MTU, link type, kind, link, drops received and sent.
  private static func describe(_ interface: NetworkInterface) -> String {
    func text(_ value: (some CustomStringConvertible)?) -> String { value?.description ?? "-" }
    return "mtu \(text(interface.mtu)) \(text(interface.linkType)) \(text(interface.kind)) \(text(interface.link)) "
      + "\(text(interface.received?.dropped))/\(text(interface.sent?.dropped))"
  }

  private static func describe(_ entry: ConntrackTable.Entry) -> String {
    func text(_ value: (some CustomStringConvertible)?) -> String { value?.description ?? "-" }
    func text(_ tuple: ConntrackTable.Tuple) -> String {
      "\(tuple.source):\(text(tuple.sourcePort)) > \(tuple.destination):\(text(tuple.destinationPort))"
    }
    return "\(entry.transport) \(entry.protocolNumber) \(text(entry.state)) \(text(entry.expires)) "
      + "\(text(entry.original)) < \(text(entry.reply))" + (entry.isAssured ? " assured" : "")
      + (entry.isUnreplied ? " unreplied" : "") + (entry.isTranslated ? " nat" : "")
  }
}

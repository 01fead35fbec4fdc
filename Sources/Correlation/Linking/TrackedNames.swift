internal import CaseModel
internal import Checks
internal import Evidence
internal import Wire

/// What hosts that translate addresses told of their connections: which two names are one. A dump says nothing of when that was,
/// so it only confirms what packets say, too.
struct TrackedNames {
  private var names: [FiveTuple: Set<FiveTuple>] = [:]

  init(_ evidence: CaseEvidence) {
    for host in Set(evidence.readouts.lazy.filter { $0.command == "conntrack_L" }.map(\.host)).sorted() {
      for namespace in evidence.namespaces(host: host) {
        guard let table = evidence.conntrackTable(host: host, namespace: namespace) else { continue }
        for sample in table.samples { for entry in sample.value.entries { add(entry) } }
      }
    }
  }

  private mutating func add(_ entry: ConntrackTable.Entry) {
    guard entry.isTranslated, let one = FiveTuple(entry.original, entry.protocolNumber),
      let other = FiveTuple(entry.reply, entry.protocolNumber)
    else { return }
    names[one, default: []].insert(other)
    names[other, default: []].insert(one)
  }

  func confirm(_ one: FiveTuple, _ other: FiveTuple) -> Bool { names[one]?.contains(other) ?? false }
}

extension FiveTuple {
  fileprivate init?(_ tuple: ConntrackTable.Tuple, _ transport: UInt8) {
    guard let source = IPAddress(text: Substring(tuple.source)), let sourcePort = tuple.sourcePort,
      let destination = IPAddress(text: Substring(tuple.destination)), let destinationPort = tuple.destinationPort
    else { return nil }
    self.init(Endpoint(source, sourcePort), Endpoint(destination, destinationPort), transport)
  }
}

internal import CaseModel
internal import Diagnoses

// Names of columns are SQL's, so that no query has to quote them.

/// A row of `findings.ndjson`. Every column is in every row.
struct FindingRow: Encodable {
  let case_id: CaseID
  let verdict: FindingsDocument.Verdict
  let finding: String
  let kind: FindingKind
  let standing: FindingRecord.Standing
  let certainty: FindingRecord.Certainty
  let title: String
  let from_vantage: Column<VantageName>
  let to_vantage: Column<VantageName>
  let flows: Int
  let citations: Int

  init(_ judged: JudgedFinding, _ judgement: Judgement, _ name: CaseID) {
    let found = judged.finding
    case_id = name
    verdict = judgement.verdict
    finding = judged.id
    kind = found.kind
    standing = found.standing
    certainty = found.certainty
    title = found.title
    from_vantage = Column(found.location.from)
    to_vantage = Column(found.location.to)
    flows = found.flows.count
    citations = found.citations.count
  }
}

/// A row of `flows.ndjson`.
struct ExportedFlow: Encodable {
  let case_id: CaseID
  let flow: FlowName
  let `protocol`: String
  let opener: Column<String>
  let acceptor: Column<String>
  let first: Column<CaseTime>
  let last: Column<CaseTime>
  let packets: Int
  let bytes_from_opener: Column<Int64>
  let bytes_from_acceptor: Column<Int64>
  let lost: Int
  let retransmissions: Int
  let resets: Int
  let root_cause: Column<FindingKind>

  init(_ record: FlowRecord, _ name: CaseID, _ cause: FindingKind?) {
    let places = [record.fromOpener, record.fromAcceptor].compactMap { $0 }
    case_id = name
    flow = record.id
    `protocol` = record.protocol
    opener = Column(record.aliases.first?.source)
    acceptor = Column(record.aliases.last?.destination)
    first = Column(record.first)
    last = Column(record.last)
    packets = record.packets ?? 0
    bytes_from_opener = Column(record.bytes?.fromOpener)
    bytes_from_acceptor = Column(record.bytes?.fromAcceptor)
    lost = places.flatMap(\.places).reduce(0) { $0 + ($1.onward?.lost ?? 0) }
    // As its sender sent them: at the first place of each path.
    retransmissions = places.compactMap(\.places.first?.retransmissions).reduce(0) { $0 + $1.again + $1.replacing }
    resets = (record.closes ?? []).filter { $0.mark == .rst }.count
    root_cause = Column(cause)
  }
}

/// A row of `hops.ndjson`.
struct ExportedHop: Encodable {
  let case_id: CaseID
  let flow: FlowName
  /// `opener` or `acceptor`.
  let sender: FlowRecord.End
  let from_vantage: VantageName
  let from_interface: Column<String>
  let to_vantage: VantageName
  let to_interface: Column<String>
  let delivered: Int
  let lost: Int
  let unknown: Int
  let delay_median_s: Column<Double>
  let delay_bound_s: Column<Double>
  let root_cause: Column<FindingKind>

  static func all(_ record: FlowRecord, _ name: CaseID, _ cause: FindingKind?) -> [ExportedHop] {
    let ways: [(FlowRecord.End, FlowRecord.Way?)] = [(.opener, record.fromOpener), (.acceptor, record.fromAcceptor)]
    return ways.flatMap { sender, way -> [ExportedHop] in
      let places = way?.places ?? []
      return zip(places, places.dropFirst()).compactMap { here, next in
        here.onward.map { onward in
          ExportedHop(
            case_id: name, flow: record.id, sender: sender, from_vantage: here.vantage,
            from_interface: Column(here.interface),
            to_vantage: next.vantage, to_interface: Column(next.interface), delivered: onward.delivered,
            lost: onward.lost,
            unknown: onward.unknown, delay_median_s: Column(onward.delay?.median),
            delay_bound_s: Column(onward.delay?.bound), root_cause: Column(cause))
        }
      }
    }
  }
}

/// A value that may not be known: then it is null, and not absent, so that all rows have the same columns.
struct Column<Value: Encodable>: Encodable {
  let value: Value?

  init(_ value: Value?) { self.value = value }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let value { try container.encode(value) } else { try container.encodeNil() }
  }
}

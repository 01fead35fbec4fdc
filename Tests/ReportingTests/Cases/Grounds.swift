import CaseModel
import Correlation
import Diagnoses
import Evidence
import Foundation
import Wire

@testable import Reporting

/// What the numbers of a finding's sentences may rest on: fields of its flows' frames, what hosts said, and counts of both.
struct Grounds {
  private(set) var integers: Set<Int64> = []
  /// Ends of sequence space, as on the wire: what distances lie between.
  private var edges: Set<Int64> = []
  /// Of frames that it cites.
  private var marks: Set<Int64> = []
  /// Nanoseconds.
  private(set) var spans: [Int64] = []
  /// Of readings that it cites, and of nothing else.
  private(set) var texts: [String] = []
  private(set) var endpoints: Set<String> = []
  /// Pieces in which packets were lost: several, where a stack hands them to its card as one.
  private(set) var pieces: Set<Int64> = []
  /// Frames of each vantage.
  private(set) var places: [String: Int] = [:]

  /// Numbers that are a rule's and not a case's.
  static let rules: [String: String] = [
    "4.12": "Linux removed net.ipv4.tcp_tw_recycle in 4.12", "95": "the confidence of a Wilson interval",
    "30": "a Kubernetes API server's watch, minutes", "60": "a Kubernetes API server's watch, minutes",
    "1800": "kube-apiserver --min-request-timeout, seconds", "350": "AWS network load balancer's idle timeout, seconds",
    "66000": "MAXACKWINCONST of Linux's connection tracking", "50": "what VXLAN adds over IPv4 (RFC 7348)",
    "1400": "customary over many VPNs", "1420": "customary over WireGuard", "1450": "customary over VXLAN",
    "1476": "customary over GRE", "1480": "customary over IP in IP", "1492": "customary over PPPoE",
    "1500": "plain Ethernet",
  ]

  init(_ judged: JudgedFinding, _ sample: SampleCase, _ frames: CaseFrames) throws {
    let timeline = sample.scene.timeline
    for vantage in timeline.vantages { places[vantage.name.text] = vantage.health.frames }
    note(counts: sample)
    note(others: judged.finding, timeline, frames)
    note(citations: judged.finding, sample, frames)
    var sums: [Int64] = []
    var lost: [Int64] = []
    for index in judged.finding.flows {
      var tally = note(flow: timeline.flows[index], of: timeline, frames)
      tally += note(record: sample.flows[index])
      let runs = runs(try timeline.story(index))
      lost = runs.enumerated().map { $1 + (lost.indices.contains($0) ? lost[$0] : 0) }
      pieces.formUnion(runs + lost)
      tally += runs
      sums = tally.enumerated().map { $1 + (sums.indices.contains($0) ? sums[$0] : 0) }
      integers.formUnion(tally)
    }
    integers.formUnion(sums)
    // What one place shows and another does not.
    integers.formUnion(sums.flatMap { one in sums.map { abs(one - $0) } })
  }

  /// What other connections of the same two hosts carry: the sizes that pass where others do not.
  private mutating func note(others finding: Finding, _ timeline: Timeline, _ frames: CaseFrames) {
    let aliases = finding.flows.flatMap { timeline.flows[$0].aliases }
    let hosts = Set(aliases.map { Set([$0.opener.address, $0.acceptor.address]) })
    for packet in frames.frames.values.joined().compactMap(\.packets.last) where packet.transport == 6 {
      if hosts.contains([packet.source, packet.destination]) { note(lengths: packet) }
    }
  }

  private mutating func note(counts sample: SampleCase) {
    let timeline = sample.scene.timeline
    let connections = timeline.flows.filter(\.isConnection).count
    integers.formUnion([Int64(timeline.flows.count), Int64(connections), Int64(timeline.vantages.count)])
    integers.formUnion(timeline.vantages.map { Int64($0.health.frames) })
    integers.insert(timeline.vantages.reduce(0) { $0 + Int64($1.health.frames) })
  }

  private mutating func note(citations finding: Finding, _ sample: SampleCase, _ frames: CaseFrames) {
    integers.formUnion((0...max(finding.flows.count, finding.citations.count)).map { Int64($0) })
    let times = finding.packets.compactMap { $0.time?.nanoseconds }
    spans += times.flatMap { one in times.map { abs($0 - one) } }
    for citation in finding.citations {
      switch citation {
      case .packet(let packet):
        for layer in frames[packet.file, packet.frame]?.packets ?? [] { note(cited: layer) }
      case .check(let reading): note(reading, sample)
      case .log(let log): texts.append(log.says)
      }
    }
  }

  private mutating func note(_ reading: Citation.Check, _ sample: SampleCase) {
    texts += [reading.before, reading.after].compactMap { $0 }
    let values = [reading.before, reading.after].map { $0.flatMap { Int64($0) } }
    integers.formUnion(values.compactMap { $0 })
    if let before = values[0], let after = values[1] { integers.insert(after - before) }
    guard !["counters", "conntrack-stats"].contains(reading.check) else { return }
    texts += sample.scene.evidence.readouts.filter { $0.cited == reading.file }.map(\.text)
  }

  private mutating func note(cited packet: Packet) {
    note(ends: packet)
    marks.formUnion([Int64(packet.sequence), Int64(packet.acknowledgment), Int64(packet.timestampValue)])
    integers.formUnion([
      Int64(packet.sequence), Int64(packet.acknowledgment), Int64(packet.window), Int64(packet.timestampValue),
      Int64(packet.timestampEcho), Int64(packet.icmpMTU), Int64(packet.identification), Int64(packet.frame),
      Int64(packet.icmpType), Int64(packet.icmpCode), Int64(packet.sourcePort), Int64(packet.destinationPort),
      Int64(packet.timeToLive),
    ])
    note(lengths: packet)
    // An offset lies inside of a payload.
    integers.formUnion((0...Int64(min(packet.payloadLength, 64))).map { $0 })
  }

  private mutating func note(ends packet: Packet) {
    endpoints.formUnion([
      "\(Endpoint(packet.source, packet.sourcePort))", "\(Endpoint(packet.destination, packet.destinationPort))",
      "\(packet.source)", "\(packet.destination)",
    ])
  }

  /// Payload, and packet with its headers, also inside of a tunnel's.
  private mutating func note(lengths packet: Packet) {
    let header = packet.source.isIPv6 ? 40 : 20
    for options in stride(from: 0, through: 40, by: 4) {
      integers.insert(Int64(packet.payloadLength) + Int64(header + 20 + options))
    }
    integers.formUnion([Int64(packet.payloadLength), Int64(packet.originalLength)])
    integers.formUnion([14, 16, 18, 20].map { Int64(packet.originalLength) - $0 })
    guard packet.maximumSegmentSize > 0 else { return }
    let limit = Int64(packet.maximumSegmentSize)
    integers.formUnion([limit, limit - 12, limit + Int64(header + 20)])
  }

  /// - Returns: counts, in an order that is the same for every flow.
  private mutating func note(flow: Flow, of timeline: Timeline, _ frames: CaseFrames) -> [Int64] {
    var tally: [Int64] = []
    for (number, vantage) in timeline.vantages.enumerated() {
      let aliases = flow.aliases.filter { $0.vantage == number }
      let names = aliases.map { ("\($0.opener)", "\($0.acceptor)") }
      let packets = vantage.files.flatMap { frames.frames[$0] ?? [] }.compactMap(\.packets.last)
      let ends = packets.map {
        ("\(Endpoint($0.source, $0.sourcePort))", "\(Endpoint($0.destination, $0.destinationPort))")
      }
      let sent = zip(packets, ends).filter { _, ends in names.contains { $0 == ends } }.map(\.0)
      let answered = zip(packets, ends).filter { _, ends in names.contains { ($0.1, $0.0) == ends } }.map(\.0)
      tally += note(direction: sent, scale: flow.windowScales?.fromOpener, limit: flow.segmentLimits.fromAcceptor)
      tally += note(direction: answered, scale: flow.windowScales?.fromAcceptor, limit: flow.segmentLimits.fromOpener)
      note(turns: sent + answered, until: packets.last?.time)
    }
    return tally
  }

  private mutating func note(direction own: [Packet], scale: UInt8?, limit: UInt16?) -> [Int64] {
    for packet in own {
      note(ends: packet)
      note(lengths: packet)
      let window = Int64(packet.window) << Int64(scale ?? 0)
      integers.formUnion([window, Int64(packet.timeToLive)])
      let (first, acknowledged) = (Int64(packet.sequence), Int64(packet.acknowledgment))
      edges.formUnion([first, first + Int64(packet.payloadLength), acknowledged, acknowledged + window])
    }
    let copies = Dictionary(grouping: own.filter { $0.payloadLength > 0 }, by: \.sequence).values.filter {
      $0.count > 1
    }
    for copy in copies { spans.append((copy.last?.time ?? 0) - (copy.first?.time ?? 0)) }
    let data = own.filter { $0.payloadLength > 0 }
    return [
      Int64(own.count), Int64(data.count), data.reduce(0) { $0 + Int64($1.payloadLength) },
      Int64(own.count { $0.flags.contains(.syn) }), Int64(own.count { $0.flags.contains(.rst) }),
      Int64(own.count { $0.window == 0 }), Int64(Set(data.map(\.sequence)).count),
      Int64(copies.map(\.count).max() ?? 0), Self.cut(data, limit), Self.hidden(data),
    ]
  }

  /// Packets on the wire: what a stack hands its card in one piece is cut to what the receiver offered to take.
  private static func cut(_ data: [Packet], _ limit: UInt16?) -> Int64 {
    data.reduce(0) { count, packet in
      let size = max(1, Int64(limit ?? 1_460) - (packet.timestampValue != 0 ? 12 : 0))
      return count + (Int64(packet.payloadLength) + size - 1) / size
    }
  }

  /// Bytes between the first and the last that are not shown.
  private static func hidden(_ data: [Packet]) -> Int64 {
    var (bytes, reached) = (Int64(0), Int64?.none)
    for packet in data.sorted(by: { $0.sequence < $1.sequence }) {
      let (start, end) = (Int64(packet.sequence), Int64(packet.sequence) + Int64(packet.payloadLength))
      if let edge = reached { bytes += max(0, start - edge) }
      reached = max(reached ?? end, end)
    }
    return bytes
  }

  /// From packet to packet, from the first to what closes, from a request to its answer, and to the capture's end.
  private mutating func note(turns both: [Packet], until end: Int64?) {
    let packets = both.sorted { $0.frame < $1.frame }
    guard let first = packets.first, let last = packets.last else { return }
    spans += zip(packets, packets.dropFirst()).map { $1.time - $0.time } + [last.time - first.time]
    spans += packets.filter { !$0.flags.isDisjoint(with: [.fin, .rst]) }.map { $0.time - first.time }
    if let end { spans += packets.map { end - $0.time } }
    for (place, packet) in packets.enumerated() where packet.payloadLength > 0 {
      let answer = packets[place...].first { $0.source != packet.source && $0.payloadLength > 0 }
      if let answer { spans.append(answer.time - packet.time) }
    }
  }

  private mutating func note(record: FlowRecord) -> [Int64] {
    if let first = record.first, let last = record.last { spans.append(last.since(first)) }
    if let idle = record.idle { spans.append(Int64(idle.seconds * 1e9)) }
    var tally = [record.bytes?.fromOpener ?? 0, record.bytes?.fromAcceptor ?? 0]
    for way in [record.fromOpener, record.fromAcceptor].compactMap({ $0 }) {
      for place in way.places {
        integers.insert(Int64(place.packets))
        guard let onward = place.onward else { continue }
        tally += [
          Int64(onward.lost), Int64(onward.delivered), Int64(onward.unknown), Int64(onward.lost + onward.delivered),
          Int64(onward.lost + onward.delivered + onward.unknown),
        ]
      }
    }
    return tally
  }

  /// At each vantage, by direction: lost packets with data, and in how many series they got lost.
  private func runs(_ story: FlowStory) -> [Int64] {
    story.tracks.flatMap { track in
      [true, false].flatMap { fromOpener -> [Int64] in
        let lost = track.records.indices.filter {
          track.records[$0].isFromOpener == fromOpener && track.records[$0].length > 0
        }.map { track.fates[$0] == .lost }
        return [Int64(lost.count), Int64(lost.count { $0 }), Int64(zip([false] + lost, lost).count { !$0 && $1 })]
      }
    }
  }

  /// Between what a cited frame carries and any end of sequence space, a stamp, or what was said before.
  func isDistance(_ value: Int64) -> Bool {
    marks.contains { mark in
      [value, -value].contains {
        edges.contains((mark + $0) & 0xffff_ffff) || marks.contains((mark + $0) & 0xffff_ffff)
      }
    }
  }
}

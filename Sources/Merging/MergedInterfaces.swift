internal import Alignment
internal import CaseModel
internal import Correlation
internal import Evidence
internal import Wire

/// The merged capture's interfaces: one per vantage, or one per interface of a vantage where its capture tells them apart.
struct MergedInterfaces {
  private let vantages: [Vantage]
  private let reference: Int?
  private let evidence: CaseEvidence
  private var entries: [Entry] = []
  private var numbers: [Key: Int] = [:]
  /// By vantage.
  private var unnamed: [Int: Int] = [:]

  private struct Key: Hashable {
    let vantage: Int
    let linkType: LinkType
    let name: String?
  }

  fileprivate struct Entry {
    let vantage: Int
    var statistics = CaptureInterface.Statistics(received: 0)
  }

  init(_ vantages: [Vantage], reference: Int?, _ evidence: CaseEvidence) {
    self.vantages = vantages
    self.reference = reference
    self.evidence = evidence
  }

  /// Describes what is known so far of a track's interfaces, also those that never see a frame.
  mutating func describe(_ track: inout Track, in blocks: inout PcapngEncoder) {
    for interface in track.reader.interfaces.dropFirst(track.interfaces.count) {
      track.interfaces.append(number(of: interface, track.vantage, in: &blocks))
    }
  }

  /// Counts the frame that a track is at.
  /// - Returns: the number of its interface.
  mutating func count(_ track: inout Track, _ time: Int64, in blocks: inout PcapngEncoder) -> Int {
    let own = Int(track.packet.interface)
    if own >= track.interfaces.count { describe(&track, in: &blocks) }
    let number = track.interfaces[own]
    entries[number].note(time)
    return number
  }

  /// The same interface in another file of the vantage is the same interface.
  private mutating func number(
    of interface: CaptureInterface, _ vantage: Int, in blocks: inout PcapngEncoder
  ) -> Int {
    let key = Key(vantage: vantage, linkType: interface.linkType, name: interface.name)
    if let known = numbers[key] { return known }
    let record = evidence.captures[vantage].record
    var merged = interface
    merged.name = name(interface, vantage)
    merged.description = description(vantage)
    merged.filter = interface.filter ?? record.filter
    numbers[key] = entries.count
    entries.append(Entry(vantage: vantage))
    _ = blocks.interface(merged)
    return entries.count - 1
  }

  /// An unnamed interface is the vantage itself; a second unnamed one, of another link type, is told apart by its number.
  private mutating func name(_ interface: CaptureInterface, _ vantage: Int) -> String {
    let place = evidence.captures[vantage].vantage
    if let name = interface.name { return "\(place):\(name)" }
    unnamed[vantage, default: 0] += 1
    return unnamed[vantage] == 1 ? place.text : "\(place):\(unnamed[vantage] ?? 0)"
  }

  private func description(_ vantage: Int) -> String {
    let record = evidence.captures[vantage].record
    let place = record.namespace == .host ? "host \(record.host)" : "host \(record.host), namespace \(record.namespace)"
    guard vantages.indices.contains(vantage), let clock = vantages[vantage].clock else {
      return "\(place); clock not aligned: times are this host's own"
    }
    let method = vantages[vantage].method
    if reference == vantage { return "\(place); the case's clock" }
    if method == .sameHost, clock.worstBound == 0 {
      return "\(place); the case's clock, as of another vantage of this host"
    }
    let microseconds = (clock.worstBound / 100).rounded() / 10
    return "\(place); clock by \(method.rawValue), within \(microseconds) us"
  }

  /// What was counted at each vantage, in the order of the interfaces. Drops belong to a capture as a whole and are told once.
  func encodeStatistics(into blocks: inout PcapngEncoder) {
    var told: Set<Int> = []
    for (number, entry) in entries.enumerated() {
      var statistics = entry.statistics
      if told.insert(entry.vantage).inserted {
        statistics.droppedBySystem = evidence.captures[entry.vantage].record.drops.map { UInt64(max(0, $0)) }
      }
      blocks.statistics(statistics, interface: UInt32(number))
    }
  }
}

extension MergedInterfaces.Entry {
  fileprivate mutating func note(_ time: Int64) {
    statistics.start = statistics.start ?? time
    statistics.end = time
    statistics.received = (statistics.received ?? 0) &+ 1
  }
}

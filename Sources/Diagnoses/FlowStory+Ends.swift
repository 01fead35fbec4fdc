internal import CaseModel
internal import Correlation
internal import Evidence
internal import Wire

/// Whether a vantage is an end's own host.
enum Ownership: Comparable {
  case no
  /// The end's segments have not been forwarded when they are seen here, and nobody nearer shows them: here, or one cable further.
  case likely
  case certain
}

extension FlowStory {
  private static let stackHops: Set<UInt8> = [64, 128, 255]

  /// Whether a vantage is the accepting end's own host.
  ///
  /// A host that tells its addresses is believed, and a role that was given. A capture that tells directions shows what leaves its
  /// own stack: outbound, and never forwarded. By hop counts alone the next router's capture looks the same.
  func ownership(ofAcceptor vantage: Int, _ scene: Scene) -> Ownership {
    let here = scene.timeline.vantages[vantage]
    let addresses = Set(flow.aliases.filter { $0.vantage == vantage }.map(\.acceptor.address))
    let place = HostAddressBook.Place(host: here.host, namespace: here.namespace)
    let told = addresses.compactMap { scene.addresses.has($0, at: place) }
    if !told.isEmpty { return told.contains(true) ? .certain : .no }
    let path = paths.fromAcceptor
    guard path.first.map({ $0.vantage == vantage }) ?? true else { return .no }
    if here.roles.contains("server") { return .certain }
    if here.roles.contains("client") || here.roles.contains("gateway") { return .no }
    let fresh = tracks[vantage].records.lazy.filter { !$0.isFromOpener && isFresh($0) && $0.direction != .inbound }
    if fresh.isEmpty { return .no }
    if fresh.contains(where: { $0.direction == .outbound }) { return .certain }
    // Another capture shows them before the first router, too, and comes later on their way: this one is on the near side of it.
    let isNearer = path.contains { place in
      place.vantage != vantage && tracks[place.vantage].records.contains { !$0.isFromOpener && isFresh($0) }
    }
    if isNearer { return .certain }
    return Set(path.map(\.vantage)).count > 1 || !isOpenersOwn(vantage) ? .likely : .no
  }

  /// Of one capture on a network that both ends are on: the end that answers a round trip later is not here.
  private func isOpenersOwn(_ vantage: Int) -> Bool {
    let records = tracks[vantage].records
    guard records.contains(where: { $0.isFromOpener && isFresh($0) }) else { return false }
    guard let syn = records.firstIndex(where: { $0.isFromOpener && $0.flags.contains(.syn) }),
      let answer = records.indices.first(where: {
        $0 > syn && !records[$0].isFromOpener && records[$0].flags.contains(.syn)
      }),
      let confirmation = records.indices.first(where: {
        $0 > answer && records[$0].isFromOpener && !records[$0].flags.contains(.syn)
      })
    else { return true }
    let (there, back) = (
      records[answer].time &- records[syn].time, records[confirmation].time &- records[answer].time
    )
    return there < 0 || there &* 4 >= back
  }

  private func isFresh(_ record: Record) -> Bool {
    record.isSegment && Self.stackHops.contains(record.timeToLive)
  }
}

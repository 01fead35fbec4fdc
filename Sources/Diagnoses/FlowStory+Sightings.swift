internal import CaseModel
internal import Correlation
internal import Wire

/// Where else one packet of a story was seen.
extension FlowStory {
  /// Whether any vantage shows a RST of it.
  var hasReset: Bool {
    tracks.contains { $0.records.contains { $0.flags.contains(.rst) && !$0.bits.contains(.icmpError) } }
  }

  /// Aligned time, or nil.
  func time(_ reference: RecordReference) -> Int64? { tracks[reference.vantage].times[reference.index]?.nanoseconds }

  /// Nanoseconds from one frame to another: by the vantage's own clock where both are of one, else aligned; nil where unaligned.
  func elapsed(from a: RecordReference, to b: RecordReference) -> Int64? {
    if a.vantage == b.vantage { return self[b].time &- self[a].time }
    guard let start = time(a), let end = time(b) else { return nil }
    return end &- start
  }

  /// Frames of the same packet at other places, itself included, by vantage and file order: those that links tie to it, and in
  /// vantages without such a frame the one of equal content nearest in time, no more than `reach` nanoseconds away.
  func sightings(of reference: RecordReference, reach: Int64 = 1_000_000_000) -> [RecordReference] {
    var found: Set<RecordReference> = [reference]
    for linked in linked(to: reference) where isNear(linked, reference, reach) { found.insert(linked) }
    for vantage in tracks.indices where !found.contains(where: { $0.vantage == vantage }) {
      let candidates = alike(reference, at: vantage).filter { isNear($0, reference, reach) }
      let nearest = candidates.min { distance($0, reference) < distance($1, reference) }
      if let nearest { found.insert(nearest) }
    }
    return found.sorted()
  }

  /// Frames at one vantage with the same content: what no translator changes.
  func alike(_ reference: RecordReference, at vantage: Int) -> [RecordReference] {
    let content = self[reference]
    return tracks[vantage].records.indices.lazy
      .filter { isSamePacket(tracks[vantage].records[$0], content) }
      .map { RecordReference(vantage: vantage, index: $0) }
  }

  func isSamePacket(_ a: Record, _ b: Record) -> Bool {
    a.isFromOpener == b.isFromOpener && a.flags == b.flags && a.position == b.position && a.length == b.length
      && a.timestampValue == b.timestampValue && !a.bits.contains(.icmpError) && !b.bits.contains(.icmpError)
      && (!a.flags.contains(.ack) || a.acknowledged == b.acknowledged)
  }

  /// The order in which a direction's packets pass the vantages, sender's first; vantages off the path come last.
  func rank(_ vantage: Int, fromOpener: Bool) -> Int {
    paths[fromOpener].firstIndex { $0.vantage == vantage } ?? Int.max
  }

  /// Along the links towards the sender, and back down along all that lead to the same frames.
  private func linked(to reference: RecordReference) -> Set<RecordReference> {
    var chain: Set<RecordReference> = [reference]
    var top = reference
    while let next = tracks[top.vantage].upstream[top.index].to, chain.insert(next).inserted { top = next }
    var grows = true
    while grows {
      grows = false
      for (vantage, track) in tracks.enumerated() {
        for (index, link) in track.upstream.enumerated() {
          guard let to = link.to, chain.contains(to) else { continue }
          if chain.insert(RecordReference(vantage: vantage, index: index)).inserted { grows = true }
        }
      }
    }
    return chain.filter { isSamePacket(self[$0], self[reference]) }
  }

  private func isNear(_ a: RecordReference, _ b: RecordReference, _ reach: Int64) -> Bool {
    guard let elapsed = elapsed(from: a, to: b) else { return true }
    return elapsed.magnitude <= UInt64(reach)
  }

  private func distance(_ a: RecordReference, _ b: RecordReference) -> UInt64 {
    elapsed(from: a, to: b)?.magnitude ?? UInt64(a.index)
  }
}

internal import Alignment
internal import CaseModel
internal import Evidence
internal import Wire

/// Puts together what the passes found.
struct TimelineMaker {
  let evidence: CaseEvidence
  let indexes: [CaptureIndex]
  let hosts: HostClocks
  let aligned: AlignedClocks
  let stories: StoryStore

  func make() -> Timeline {
    let t0 = aligned.maps.indices.compactMap { vantage in
      indexes[vantage].health.first.flatMap { aligned.maps[vantage]?.caseTime(unfolded: $0) }
    }.min()
    return Timeline(
      vantages: evidence.captures.indices.map(vantage), reference: hosts.reference, t0: t0, utc: utc(t0),
      flows: stories.flows, doubts: doubts(), stories: stories)
  }

  // MARK: vantages

  private func vantage(_ number: Int) -> Vantage {
    let capture = evidence.captures[number]
    return Vantage(
      name: capture.vantage, host: capture.host, namespace: capture.record.namespace, roles: capture.record.roles,
      clock: aligned.maps[number], steps: aligned.steps[number], apart: aligned.apart[number],
      method: aligned.methods[number], interfaces: indexes[number].interfaces,
      files: capture.files.map(\.cited), health: indexes[number].health)
  }

  private func utc(_ t0: CaseTime?) -> (offset: Int64, bound: Int64)? {
    guard let t0, let controller = aligned.controller else { return nil }
    // Where the controller's clock stands when the case's says t0: its offset hardly changes over a few seconds.
    let guess = HostTime(nanoseconds: t0.nanoseconds)
    let shift = controller.caseTime(guess).nanoseconds &- guess.nanoseconds
    let there = HostTime(nanoseconds: guess.nanoseconds &- shift)
    let offset = there.nanoseconds &- controller.caseTime(there).nanoseconds
    return (offset, Int64(exactly: controller.bound(at: there).rounded(.up)) ?? .max)
  }

  private func doubts() -> [Doubt] {
    var doubts = indexes.flatMap(\.doubts) + aligned.doubts
    for (vantage, index) in indexes.enumerated() {
      if let doubt = index.health.doubtOfGaps(evidence.captures[vantage].vantage) { doubts.append(doubt) }
    }
    return doubts
  }
}

extension CaptureHealth {
  /// Acknowledged bytes are proof that frames passed and were not captured.
  fileprivate func doubtOfGaps(_ vantage: VantageName) -> Doubt? {
    guard unseenAcknowledgedBytes > 0 else { return nil }
    let missed = "\(unseenAcknowledgedBytes) bytes were acknowledged that this capture never showed: it missed frames"
    guard unwitnessedBytes > 0 || beginningBytes == 0 else {
      return Doubt(vantage: vantage, says: missed + " of before it began, or while its filter was put in place")
    }
    return unwitnessedBytes == 0
      ? Doubt(vantage: vantage, says: missed + ", which captures on both sides of it show")
      : Doubt(vantage: vantage, says: missed + ", or sees a part of the traffic", couldHideFault: true)
  }
}

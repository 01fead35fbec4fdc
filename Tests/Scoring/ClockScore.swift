internal import Alignment
internal import CaseModel
internal import Correlation
internal import Traffic

/// How well one vantage's frames were put on the reference's time line.
public struct ClockScore: Sendable {
  public let vantage: String
  /// Least round trip that packets made between it and the reference, nanoseconds; infinite where none did.
  public var leastRoundTrip = Double.infinity
  /// The same in that half of the run where it is greater: the path may grow longer.
  public var laterRoundTrip = Double.infinity
  public var isAligned = false
  /// Whether the timeline doubts this clock.
  public var isFlagged = false
  /// Nanoseconds.
  public var worstError = 0.0
  /// Nanoseconds by which the clock is said to have been set.
  public var steps: [Double] = []
  public var worstBound = 0.0
  public var frames = 0
  public var outside = 0
}

extension CapturedCase {
  /// - Parameter guarding: nanoseconds around a step of any clock that do not count.
  public func clockScores(guarding: Int64 = 0) -> [ClockScore] {
    let reference = timeline.reference ?? 0
    var scores = timeline.vantages.map { ClockScore(vantage: $0.name.text) }
    let middle = Recording.epoch + (recording.sightings.map(\.time).max() ?? Recording.epoch) / 2 - Recording.epoch / 2
    let roundTrips = leastRoundTrips(reference) { _ in true }
    let halves = [true, false].map { isLate in leastRoundTrips(reference) { ($0 >= middle) == isLate } }
    let steps = recording.faults.clocks.values.flatMap { $0.steps.map { $0.at + Recording.epoch } }
    for vantage in scores.indices {
      scores[vantage].isAligned = timeline.vantages[vantage].clock != nil
      scores[vantage].leastRoundTrip = roundTrips[vantage]
      scores[vantage].laterRoundTrip =
        halves.map { $0[vantage] }.filter(\.isFinite).max() ?? roundTrips[vantage]
      scores[vantage].steps = timeline.vantages[vantage].steps.map(\.by)
      scores[vantage].isFlagged = timeline.doubts.contains {
        $0.vantage?.text == scores[vantage].vantage && $0.says.contains("clock")
      }
    }
    for story in stories {
      for (vantage, track) in story.tracks.enumerated() {
        for (index, record) in track.records.enumerated() {
          guard let told = track.times[index], let sighting = sighting(record, at: vantage) else { continue }
          let time = recording.sightings[Int(sighting)].time
          if steps.contains(where: { abs($0 - time) < guarding }) { continue }
          let error = abs(Double(told.nanoseconds - recording.reading(time, at: reference)))
          let clock = timeline.vantages[vantage].clock
          let bound = clock?.bound(unfolded: HostTime(nanoseconds: record.time)) ?? 0
          // Around a step it is not claimed to be known which side a time belongs to: the bound covers both.
          let piece = clock?.pieces.last { $0.from.nanoseconds <= record.time }
          scores[vantage].note(error, bound, isGuard: piece?.isGuard ?? false)
        }
      }
    }
    return scores
  }

  /// Per vantage, over all packets that both it and the reference show.
  private func leastRoundTrips(_ reference: Int, counts: (Int64) -> Bool) -> [Double] {
    var least = [[Bool: Int64]](repeating: [:], count: timeline.vantages.count)
    func note(_ vantage: Int, _ isThere: Bool, _ delay: Int64) {
      least[vantage][isThere] = min(least[vantage][isThere] ?? .max, delay)
    }
    for (index, sighting) in recording.sightings.enumerated() where counts(sighting.time) {
      let here = recording.tap(Int32(index)).vantage
      var at = sighting.upstream
      while at >= 0 {
        let there = recording.tap(at).vantage
        let delay = sighting.time - recording.sightings[Int(at)].time
        if there == reference, here != reference { note(here, true, delay) }
        if here == reference, there != reference { note(there, false, delay) }
        at = recording.sightings[Int(at)].upstream
      }
    }
    return least.map { ways in
      guard let there = ways[true], let back = ways[false] else { return .infinity }
      return Double(there + back)
    }
  }
}

extension ClockScore {
  fileprivate mutating func note(_ error: Double, _ bound: Double, isGuard: Bool) {
    frames += 1
    if !isGuard {
      worstError = max(worstError, error)
      worstBound = max(worstBound, bound)
    }
    // A nanosecond for rounding to whole ones.
    if error > bound + 1 { outside += 1 }
  }
}

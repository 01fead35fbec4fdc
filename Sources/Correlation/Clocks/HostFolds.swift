internal import Alignment
internal import CaseModel

/// Where hosts' clocks were set back, as their own captures show by record order.
///
/// Captures of one host share its clock: what one shows holds for all. The capture that shows most leads; others show the same
/// cut where their timestamps go back over the same time.
struct HostFolds: Sendable {
  /// Per vantage.
  private(set) var ofVantage: [TimeFolds]
  /// Per host, in order of time.
  private(set) var ofHost: [[Fold]]

  struct Fold: Sendable {
    /// The first instant after, unfolded.
    var at: Int64
    var back: Int64
    var spacing: Int64
    /// Raw timestamps: the last before and the first after.
    var before: Int64
    var after: Int64
    /// With all earlier ones.
    var shift: Int64
  }

  init(_ indexes: [CaptureIndex], hostOf: [Int], hosts: Int) {
    ofVantage = [TimeFolds](repeating: TimeFolds(), count: indexes.count)
    ofHost = [[Fold]](repeating: [], count: hosts)
    for host in 0..<hosts {
      let own = indexes.indices.filter { hostOf[$0] == host }
      // The leader: the one with most cuts, and the first of those.
      let leader = own.max { (indexes[$0].cuts.count, $1) < (indexes[$1].cuts.count, $0) }
      guard let leader, !indexes[leader].cuts.isEmpty else { continue }
      fold(host, own, indexes, leader)
    }
  }

  private mutating func fold(_ host: Int, _ own: [Int], _ indexes: [CaptureIndex], _ leader: Int) {
    var folds = [[TimeFold]](repeating: [], count: own.count)
    var next = [Int](repeating: 0, count: own.count)
    var shift: Int64 = 0
    for cut in indexes[leader].cuts {
      var same: [FoldDetector.Cut?] = []
      for (number, vantage) in own.enumerated() {
        let found = indexes[vantage].cuts.indices.dropFirst(next[number]).first {
          indexes[vantage].cuts[$0].isSame(as: cut)
        }
        if let found { next[number] = found + 1 }
        same.append(found.map { indexes[vantage].cuts[$0] })
      }
      let before = same.compactMap(\.self?.before).max() ?? cut.before
      let after = same.compactMap(\.self?.after).min() ?? cut.after
      shift &+= before &- after &+ 1
      for (number, shown) in same.enumerated() {
        folds[number].append(
          TimeFold(
            file: shown?.file ?? 0, frame: shown?.frame ?? .max, before: before, after: after, shift: shift))
      }
      ofHost[host].append(
        Fold(
          at: after &+ shift, back: before &- after &+ 1, spacing: cut.spacing, before: before, after: after,
          shift: shift))
    }
    for (number, vantage) in own.enumerated() { ofVantage[vantage] = TimeFolds(folds[number]) }
  }

  /// A host's answers to the controller, unfolded by the order in which they were asked for; those of which nothing tells the side
  /// are left out.
  func unfold(_ samples: [ClockSample], of host: Int) -> [ClockSample] {
    let folds = ofHost[host]
    guard !folds.isEmpty else { return samples }
    let ordered = samples.sorted { $0.sent.nanoseconds < $1.sent.nanoseconds }
    var number = 0
    var kept: [ClockSample] = []
    for (index, sample) in ordered.enumerated() {
      let time = sample.remote.nanoseconds
      let wentBack = index > 0 && time < ordered[index - 1].remote.nanoseconds
      while number < folds.count, wentBack ? time <= folds[number].before : time > folds[number].before {
        number += 1
        if wentBack { break }
      }
      // Between the two sides' ends it may be either, unless a later answer goes back.
      let isOpen = number < folds.count && time >= folds[number].after
      let goesBack = zip(ordered[index...], ordered[index...].dropFirst()).contains {
        $0.remote.nanoseconds > $1.remote.nanoseconds
      }
      if isOpen, !goesBack { continue }
      let shift = number == 0 ? 0 : folds[number - 1].shift
      kept.append(
        ClockSample(sent: sample.sent, remote: HostTime(nanoseconds: time &+ shift), received: sample.received))
    }
    return kept
  }
}

extension FoldDetector.Cut {
  /// Whether both go back over mostly the same time.
  fileprivate func isSame(as other: Self) -> Bool {
    let shared = min(before, other.before) &- max(after, other.after)
    return shared > max(depth, other.depth) / 2
  }
}

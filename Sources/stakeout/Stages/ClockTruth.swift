internal import CaseModel
internal import Lab

/// What a case says of its hosts' clocks, against what the lab did to them.
struct ClockTruth {
  let skews: [HostName: ClockSkew]

  /// Bounds are printed to the nanosecond; timestamps may be microseconds.
  private static let rounding = 2e-6

  /// Every clock of which more is said than is true, at the case's first packet and five seconds later.
  func mistakes(_ findings: FindingsDocument, _ captures: [CaptureRecord]) -> [String] {
    guard let reference = findings.reference, let start = findings.t0?.nanoseconds,
      let right = skew(of: reference, captures)?.beforeAnybodySetIt
    else { return ["there is no reference clock"] }
    let wrong = findings.clocks.compactMap { clock -> String? in
      guard let offset = clock.offset, let bound = clock.bound, let skew = skew(of: clock.vantage, captures) else {
        return nil
      }
      if let mistake = mistake(clock, skew.step) { return mistake }
      for seconds in [0, 5] {
        let truth = -skew.beforeAnybodySetIt.lead(over: right, when: start &+ Int64(seconds) * 1_000_000_000)
        let said = offset + (clock.drift ?? 0) * 1e-6 * Double(seconds)
        guard abs(said - truth) <= bound + Self.rounding else {
          return "\(clock.vantage)'s clock is said to be off by \(said) s within \(bound) s, and is by \(truth) s"
        }
      }
      return nil
    }
    return wrong + universal(findings, right, start)
  }

  /// A clock that was set is said to be, once and by as much; no other is.
  private func mistake(_ clock: ClockRecord, _ step: ClockSkew.Step?) -> String? {
    let said = clock.steps ?? []
    guard let step else {
      return said.isEmpty ? nil : "\(clock.vantage)'s clock is said to have been set, and was not"
    }
    let by = step.by / .seconds(1)
    guard said.count == 1, abs(said[0].by - by) <= said[0].bound + Self.rounding else {
      return "\(clock.vantage)'s clock was set by \(by) s, and is said to have been by \(said.map(\.by))"
    }
    return nil
  }

  private func universal(_ findings: FindingsDocument, _ reference: ClockSkew, _ start: Int64) -> [String] {
    guard let offset = findings.utcOffset, let bound = findings.utcBound else { return [] }
    let truth = ClockSkew(offset: .zero).lead(over: reference, when: start)
    guard abs(offset - truth) > bound + Self.rounding else { return [] }
    return ["the case's time is said to be off UTC by \(offset) s within \(bound) s, and is by \(truth) s"]
  }

  private func skew(of vantage: VantageName, _ captures: [CaptureRecord]) -> ClockSkew? {
    captures.first { $0.vantage == vantage }.flatMap { skews[$0.host] }
  }
}

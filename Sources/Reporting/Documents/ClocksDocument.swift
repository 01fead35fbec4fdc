internal import Alignment
public import CaseModel
internal import Correlation
public import Diagnoses

/// `clocks.json`: every vantage's clock against the reference.
public func clocksDocument(_ scene: Scene) -> ClocksDocument {
  let timeline = scene.timeline
  return ClocksDocument(
    reference: timeline.reference.map { timeline.vantages[$0].name }, t0: timeline.t0,
    clocks: timeline.vantages.map { ClockRecord($0, t0: timeline.t0) })
}

extension ClockRecord {
  init(_ vantage: Vantage, t0: CaseTime?) {
    guard let clock = vantage.clock, let t0 else {
      self.init(vantage: vantage.name, offset: nil, drift: nil, bound: nil, method: .none)
      return
    }
    // The host's own reading at t0: one step from a first guess is exact to far below a nanosecond at clock drifts.
    let guess = HostTime(nanoseconds: t0.nanoseconds)
    let reading = guess.advanced(by: t0.since(clock.caseTime(unfolded: guess)))
    let corrected = reading.advanced(by: t0.since(clock.caseTime(unfolded: reading)))
    let piece = clock.pieces.last { $0.from.nanoseconds <= corrected.nanoseconds } ?? clock.pieces[0]
    self.init(
      vantage: vantage.name, offset: Double(t0.nanoseconds &- corrected.nanoseconds) / 1e9,
      drift: (piece.drift * 1e12).rounded() / 1e6, bound: clock.worstBound.rounded(.up) / 1e9, method: vantage.method,
      steps: vantage.steps.isEmpty ? nil : vantage.steps.map(Step.init))
  }
}

extension ClockRecord.Step {
  init(_ step: ClockStep) {
    self.init(at: step.at, by: step.by.rounded() / 1e9, bound: step.bound.rounded(.up) / 1e9)
  }
}

internal import CaseModel
internal import Traffic

/// What hosts answer to a controller that asks them for the time, before and after a run.
struct ClockQuestions {
  private(set) var logs: [HostName: ClockLog] = [:]

  /// - Parameter halfWidth: half of the nanoseconds that a question and its answer take at least; which takes how many of them is the host's own.
  init(_ lab: Lab, _ faults: CaptureFaults, halfWidth: Int64, seed: UInt64) {
    var numbers = SeededNumbers(seed)
    let end = Int64(lab.duration * 1e9)
    for (host, clock) in faults.clocks.sorted(by: { $0.key < $1.key }) {
      let way = Int64(numbers.uniform(0..<2) * Double(halfWidth))
      let samples = (0..<40).map { number -> ClockSample in
        let asked = Recording.epoch + (number < 20 ? Int64(number) * 2_000_000 : end + Int64(number) * 2_000_000)
        let there = asked + way + Int64(numbers.exponential(mean: 2_000))
        let back = there + 2 * halfWidth - way + Int64(numbers.exponential(mean: 2_000))
        return ClockSample(
          sent: HostTime(nanoseconds: asked),
          remote: HostTime(nanoseconds: clock.reading(there, epoch: Recording.epoch)),
          received: HostTime(nanoseconds: back))
      }
      logs[HostName(host)] = ClockLog(host: HostName(host), method: "bash", quantum: 1, samples: samples)
    }
  }
}

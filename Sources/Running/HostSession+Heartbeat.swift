internal import CaseModel
internal import Planning
internal import Remotes

/// Heartbeats and clock samples, on the two conversations of the watch session.
extension HostSession {
  func sampleClock(times: Int) async throws(Failure) {
    guard let clock else { return }
    for _ in 0..<times {
      let exchange = try await clock.ask("", timeout: .seconds(10))
      guard let remote = Instant.nanoseconds(exchange.answer) else { continue }
      clockLog?.samples.append(
        ClockSample(sent: exchange.sent, remote: HostTime(nanoseconds: remote), received: exchange.received))
    }
  }

  /// One heartbeat and one clock sample; keeps what the host says of its units.
  func heartbeat(_ verb: String = "beat") async throws(Failure) -> BeatAnswer {
    guard let beat else { throw plan.lost }
    let exchange = try await beat.ask(verb, timeout: .seconds(10))
    guard let answer = BeatAnswer(line: exchange.answer) else {
      throw Failure(
        "protocol", host: plan.name, what: "could not understand \(plan.name)'s heartbeat",
        cause: "it answered `\(exchange.answer.prefix(80))`")
    }
    heard = .now
    try await sampleClock(times: 1)
    return answer
  }

  func drop() { (beat, clock) = (nil, nil) }
}

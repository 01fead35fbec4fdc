internal import CaseModel
internal import Planning
internal import Remotes

/// Heartbeats and clock samples, on the two conversations of the watch session.
extension HostSession {
  func sampleClock(times: Int) async throws(Failure) {
    guard clock != nil else { return }
    for _ in 0..<times {
      let exchange = try await ask("", ofClock: true)
      guard let remote = Instant.nanoseconds(exchange.answer) else { continue }
      clockLog?.samples.append(
        ClockSample(sent: exchange.sent, remote: HostTime(nanoseconds: remote), received: exchange.received))
    }
  }

  /// One heartbeat and one clock sample; keeps what the host says of its units.
  func heartbeat(_ verb: String = "beat") async throws(Failure) -> BeatAnswer {
    let exchange = try await ask(verb)
    guard let answer = BeatAnswer(line: exchange.answer) else {
      throw Failure(
        "protocol", host: plan.name, what: "could not understand \(plan.name)'s heartbeat",
        cause: "it answered `\(exchange.answer.prefix(80))`")
    }
    heard = .now
    try await sampleClock(times: 1)
    return answer
  }

  /// One question to what listens on the host: it ends where nothing is asked for long, and is opened again.
  func ask(_ line: String, ofClock: Bool = false) async throws(Failure) -> Exchange {
    if let watch, beat != nil, clock != nil, ContinuousClock.now - (ofClock ? askedClock : askedBeat) > hearing {
      await beat?.close()
      await clock?.close()
      try await openConversations(watch)
    }
    guard let ear = ofClock ? clock : beat else { throw plan.lost }
    let exchange = try await ear.ask(line, timeout: .seconds(10))
    if ofClock { askedClock = .now } else { askedBeat = .now }
    return exchange
  }

  func drop() { (beat, clock) = (nil, nil) }
}

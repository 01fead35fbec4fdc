internal import CaseModel
internal import Remotes

/// What comes after the wait is worth patience: the evidence lies on the host, and only the way there may be broken.
extension HostSession {
  /// More broken connections than this within one phase are no accident.
  private static var mostTries: Int { 8 }

  /// Does what may be done twice, again and again while only the way to the host fails.
  ///
  /// The patience is one for all phases: a host that was silent for so long is asked once in each, and keeps no other waiting.
  func persist(_ work: () async throws(Failure) -> Void) async throws(Failure) {
    for attempt in 1... {
      do throws(Failure) {
        try await expectAnswer()
        return try await work()
      } catch {
        guard await isWayBroken(error), attempt < Self.mostTries, !Task.isCancelled,
          ContinuousClock.now - heard < run.patience
        else { throw error }
        run.report(.host(name, "lost; trying again"))
        run.note(name, event: "retry", "\(error.what): \(error.cause)")
        await hangUp()
        try? await Task.sleep(for: min(.seconds(1), run.patience / 8))
      }
    }
  }

  /// Whether a failure says something of the connection, and nothing of the host.
  func isWayBroken(_ failure: Failure) async -> Bool {
    switch failure.code {
    case "connection-lost", "conversation-ended", "no-answer", "no-status", "unreachable": true
    // A command that takes too long, or one of whose answer nothing came through.
    case "timeout":
      if await answers() { false } else { leftUnanswered(failure) }
    default: false
    }
  }

  /// A host that takes commands and does none of them would have every other host wait for each of them.
  private func expectAnswer() async throws(Failure) {
    guard let unanswered else { return }
    if watch == nil { try await openWatch() }
    guard await answers() else { throw unanswered }
    self.unanswered = nil
  }

  private func leftUnanswered(_ failure: Failure) -> Bool {
    unanswered = failure
    return true
  }

  private func answers() async -> Bool {
    guard let watch else { return false }
    return (try? await watch.run(ShellCommand(words: ["true"]), timeout: .seconds(5))) != nil
  }

  private func hangUp() async {
    await watch?.close()
    watch = nil
    drop()
  }
}

/// Lets one task at a time through, in order of arrival. Belongs to one actor and is only touched there.
final class Gate {
  private var isTaken = false
  private var queue: [CheckedContinuation<Void, Never>] = []

  nonisolated(nonsending) func enter() async {
    if !isTaken {
      isTaken = true
      return
    }
    // The place is handed over, so that nobody slips in between.
    await withCheckedContinuation { queue.append($0) }
  }

  func leave() {
    if queue.isEmpty { isTaken = false } else { queue.removeFirst().resume() }
  }
}

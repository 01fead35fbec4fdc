/// Waiting for a state that nothing announces.
enum Patience {
  /// Looks every 10 ms until `condition` holds.
  /// - Returns: false when it did not within `limit`, or the task was cancelled.
  static func wait<E: Error>(
    _ limit: Duration = .seconds(10), until condition: @Sendable () async throws(E) -> Bool
  ) async throws(E) -> Bool {
    let end = ContinuousClock.now + limit
    while true {
      if try await condition() { return true }
      guard ContinuousClock.now < end, (try? await Task.sleep(for: .milliseconds(10))) != nil else { return false }
    }
  }
}

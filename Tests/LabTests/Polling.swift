/// Looks every 20 ms until `condition` holds; false when it did not within `limit`.
func holds(within limit: Duration = .seconds(15), _ condition: () async throws -> Bool) async throws -> Bool {
  let end = ContinuousClock.now + limit
  while ContinuousClock.now < end {
    if try await condition() { return true }
    try await Task.sleep(for: .milliseconds(20))
  }
  return false
}

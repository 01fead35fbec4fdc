/// Drops what comes before the marker line, as it arrives. Where no marker comes, the command never started, and all of it is
/// what the login shell had to say.
struct BannerFilter {
  /// A banner longer than this is not looked through any further.
  private static let longest = 64 * 1024
  private static let marker = Array((LoginShellCommand.marker + "\n").utf8)
  private var pending: [UInt8] = []
  /// What comes is passed on: the marker was seen, or is not looked for any further.
  private(set) var hasStarted = false
  private(set) var sawMarker = false

  /// What of these bytes, and of those held back, is the command's own.
  mutating func pass(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    if hasStarted { return Array(bytes) }
    pending += bytes
    guard let end = endOfMarker() else {
      if pending.count > Self.longest { return flush() }
      return []
    }
    let own = Array(pending[end...])
    pending = []
    (hasStarted, sawMarker) = (true, true)
    return own
  }

  /// What was held back, at the end of the stream.
  mutating func flush() -> [UInt8] {
    defer { pending = [] }
    if pending.count > Self.longest { hasStarted = true }
    return pending
  }

  /// The marker may follow a banner that does not end in a line feed.
  private func endOfMarker() -> Int? {
    guard pending.count >= Self.marker.count else { return nil }
    for start in 0...(pending.count - Self.marker.count)
    where pending[start] == Self.marker[0] && pending[start..<(start + Self.marker.count)].elementsEqual(Self.marker) {
      return start + Self.marker.count
    }
    return nil
  }
}

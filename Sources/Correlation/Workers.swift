/// Threads handed in by the edge. Results come back in order, so the number of workers never shows in the output.
public protocol Workers: Sendable {
  /// Runs `body` for `0..<count`, perhaps at once.
  /// - Throws: the first error in index order, after all have ended.
  func each<R: Sendable>(_ count: Int, _ body: @Sendable (Int) throws -> R) throws -> [R]
}

/// No threads at all.
public struct InlineWorkers: Workers {
  public init() {}
  public func each<R: Sendable>(_ count: Int, _ body: @Sendable (Int) throws -> R) throws -> [R] {
    try (0..<count).map(body)
  }
}

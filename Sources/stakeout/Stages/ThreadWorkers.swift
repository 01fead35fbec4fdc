internal import Correlation
internal import Dispatch
internal import Synchronization

/// The machine's cores. Must be called from a plain thread, never from Swift's cooperative pool, which it would starve.
struct ThreadWorkers: Workers {
  /// Off: all of it on the calling thread, where others beside it must keep their pace.
  var usesAllCores = true

  func each<R: Sendable>(_ count: Int, _ body: @Sendable (Int) throws -> R) throws -> [R] {
    guard usesAllCores else { return try InlineWorkers().each(count, body) }
    let results = Mutex<[Result<R, any Error>?]>(Array(repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { index in
      let result = Result { try body(index) }
      results.withLock { $0[index] = result }
    }
    return try results.withLock { try $0.compactMap { try $0?.get() } }
  }
}

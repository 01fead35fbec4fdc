internal import Correlation
internal import Dispatch
internal import Synchronization

/// The machine's cores. Must be called from a plain thread, never from Swift's cooperative pool, which it would starve.
struct ThreadWorkers: Workers {
  func each<R: Sendable>(_ count: Int, _ body: @Sendable (Int) throws -> R) throws -> [R] {
    let results = Mutex<[Result<R, any Error>?]>(Array(repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { index in
      let result = Result { try body(index) }
      results.withLock { $0[index] = result }
    }
    return try results.withLock { try $0.compactMap { try $0?.get() } }
  }
}

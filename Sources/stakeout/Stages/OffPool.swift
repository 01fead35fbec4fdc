internal import Dispatch
internal import Glibc

/// Long synchronous work on a thread of its own, so that Swift's cooperative pool stays free: its threads and those of Dispatch's
/// global queues are the same few.
enum OffPool {
  static func run<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
      let work = Work { continuation.resume(with: Result { try body() }) }
      // Without room for another thread it has to take one of theirs.
      if !work.startThread() { DispatchQueue.global().async { work.body() } }
    }
  }

  private final class Work: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    /// - Returns: false when there is no thread; nothing runs then.
    func startThread() -> Bool {
      let own = Unmanaged.passRetained(self)
      var thread = pthread_t()
      let status = pthread_create(
        &thread, nil,
        { argument in
          if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
          return nil
        }, own.toOpaque())
      if status == 0 { pthread_detach(thread) } else { own.release() }
      return status == 0
    }
  }
}

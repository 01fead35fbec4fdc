internal import Dispatch

/// Long synchronous work on a thread of its own, so that Swift's cooperative pool stays free.
enum OffPool {
  static func run<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result { try body() }) }
    }
  }
}

internal import CaseModel
internal import Synchronization

/// Waits no longer than `patience` for work that may block its own thread beyond recall: the resolver, an ssh-agent that asks its
/// user. What comes of it later is let go.
func abandoning<Result: Sendable>(
  after patience: Duration, with failure: Failure, _ work: @escaping @Sendable () async throws(Failure) -> Result
) async throws(Failure) -> Result {
  let first = First<Swift.Result<Result, Failure>>()
  let worker = Task.detached {
    do throws(Failure) { first.settle(.success(try await work())) } catch { first.settle(.failure(error)) }
  }
  let timer = Task.detached {
    if (try? await Task.sleep(for: patience)) != nil { first.settle(.failure(failure)) }
  }
  let result = await withTaskCancellationHandler {
    await first.value()
  } onCancel: {
    worker.cancel()
  }
  timer.cancel()
  return try result.get()
}

/// The first of several values.
private final class First<Value: Sendable>: Sendable {
  private enum State {
    case nothing
    case awaited(CheckedContinuation<Value, Never>)
    case settled(Value)
  }

  private let state = Mutex(State.nothing)

  func settle(_ value: Value) {
    let continuation: CheckedContinuation<Value, Never>? = state.withLock { state in
      switch state {
      case .nothing:
        state = .settled(value)
        return nil
      case .awaited(let continuation):
        state = .settled(value)
        return continuation
      case .settled: return nil
      }
    }
    continuation?.resume(returning: value)
  }

  func value() async -> Value {
    await withCheckedContinuation { continuation in
      let value: Value? = state.withLock { state in
        if case .settled(let value) = state { return value }
        state = .awaited(continuation)
        return nil
      }
      if let value { continuation.resume(returning: value) }
    }
  }
}

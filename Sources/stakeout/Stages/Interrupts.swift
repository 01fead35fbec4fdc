internal import CaseModel
internal import Dispatch
internal import Glibc
internal import Running
internal import Synchronization

/// Ctrl-C and SIGTERM as elements of a stream, for as long as a run lasts. Several runs at the same time hear each.
enum Interrupts {
  /// Runs that listen. Until the last of them ends, the signals do not end the process.
  private static let listeners = Mutex(0)

  static func during<R: Sendable>(_ body: (AsyncStream<HostTime>) async -> R) async -> R {
    let (stream, send) = AsyncStream.makeStream(of: HostTime.self)
    listeners.withLock { count in
      count += 1
      for number in [SIGINT, SIGTERM] { signal(number, SIG_IGN) }
    }
    let sources = [SIGINT, SIGTERM].map { number in
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { send.yield(ControllerClock.now()) }
      source.resume()
      return source
    }
    let result = await body(stream)
    for source in sources { source.cancel() }
    listeners.withLock { count in
      count -= 1
      if count == 0 { for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) } }
    }
    send.finish()
    return result
  }
}

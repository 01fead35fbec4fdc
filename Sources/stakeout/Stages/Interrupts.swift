internal import CaseModel
internal import Dispatch
internal import Glibc
internal import Running
internal import Synchronization

/// Ctrl-C, SIGTERM and a terminal's end as elements of a stream, for as long as a run lasts. Several runs at the same time hear each.
enum Interrupts {
  /// Runs that listen. Until the last of them ends, the signals do not end the process.
  private static let listeners = Mutex(0)

  /// Not the end of the terminal where somebody (`nohup`) had it ignored before we came.
  private static let numbers: [Int32] = {
    var before = sigaction()
    sigaction(SIGHUP, nil, &before)
    let isIgnored = unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self) == 1
    return isIgnored ? [SIGINT, SIGTERM] : [SIGINT, SIGTERM, SIGHUP]
  }()

  static func during<R: Sendable>(_ body: (AsyncStream<Interruption>) async -> R) async -> R {
    let (stream, send) = AsyncStream.makeStream(of: Interruption.self)
    listeners.withLock { count in
      count += 1
      for number in numbers { signal(number, SIG_IGN) }
    }
    let sources = numbers.map { number in
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { send.yield(number == SIGHUP ? .hungUp : .ended(at: ControllerClock.now())) }
      source.resume()
      return source
    }
    let result = await body(stream)
    for source in sources { source.cancel() }
    listeners.withLock { count in
      count -= 1
      if count == 0 { for number in numbers { signal(number, SIG_DFL) } }
    }
    send.finish()
    return result
  }
}

internal import CaseModel
internal import Dispatch
internal import Glibc
internal import Running

/// Ctrl-C and SIGTERM as elements of a stream, for as long as a run lasts.
enum Interrupts {
  static func during<R: Sendable>(_ body: (AsyncStream<HostTime>) async -> R) async -> R {
    let (stream, send) = AsyncStream.makeStream(of: HostTime.self)
    let sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { send.yield(ControllerClock.now()) }
      source.resume()
      return source
    }
    let result = await body(stream)
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    send.finish()
    return result
  }
}

internal import Glibc

/// Holds watches open at a `WatchServer`, and opens each again when the server ends it.
struct WatchClient {
  private let endpoint: String
  private let count: Int
  private let lifetime: Duration

  init(_ flags: Flags) throws {
    endpoint = try flags.text("to")
    count = min(max(try flags.number("connections", or: 1), 1), 256)
    lifetime = try flags.lifetime()
  }

  private struct Watch {
    let number: Int
    var stream: Stream?
    var retry = ContinuousClock.now
  }

  func run() throws -> Int32 {
    let end = ContinuousClock.now + lifetime
    // One after the other, so that they do not end in step.
    var watches = (0..<count).map { Watch(number: $0 + 1, retry: ContinuousClock.now + .milliseconds(200 * $0)) }
    while ContinuousClock.now < end {
      let ready = Readiness.wait(watches.map { ($0.stream?.descriptor ?? -1, POLLIN) }, atMost: .milliseconds(20))
      for index in watches.indices {
        if watches[index].stream == nil { open(&watches[index]) } else if ready[index] != 0 { read(&watches[index]) }
      }
    }
    for watch in watches { watch.stream?.close() }
    return 0
  }

  private func open(_ watch: inout Watch) {
    guard ContinuousClock.now >= watch.retry else { return }
    watch.retry = ContinuousClock.now + .milliseconds(100)
    watch.stream = try? Stream.connect(endpoint)
    if let stream = watch.stream { LogLine.write("watch \(watch.number) opened from \(stream.localEndpoint())") }
  }

  private func read(_ watch: inout Watch) {
    guard let stream = watch.stream else { return }
    let why = withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { buffer -> String? in
      switch stream.read(into: buffer) {
      case .moved, .mustWait: nil
      case .ended: "closed by the server"
      case .failed(let why): why
      }
    }
    guard let why else { return }
    LogLine.write("watch \(watch.number) ended: \(why)")
    stream.close()
    watch.stream = nil
    watch.retry = ContinuousClock.now + .milliseconds(100)
  }
}

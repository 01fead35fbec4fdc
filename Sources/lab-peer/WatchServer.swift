internal import Glibc

/// A server that streams events and ends each connection after a while on purpose, by a time drawn at random, as API servers do
/// with watches: a TLS close_notify, then the FIN.
struct WatchServer {
  private let endpoint: String
  /// Milliseconds.
  private let lifetimes: ClosedRange<Int>
  private let pause: Duration
  private let lifetime: Duration

  init(_ flags: Flags) throws {
    endpoint = try flags.text("listen")
    lifetimes = try flags.range("life", or: 3000...6000)
    pause = .milliseconds(try flags.number("every", or: 400))
    lifetime = try flags.lifetime()
  }

  private struct Watch {
    let stream: Stream
    let peer: String
    let end: ContinuousClock.Instant
    var next = ContinuousClock.now
    var isOpen = true
  }

  func run() throws -> Int32 {
    let listener = try Stream.listen(endpoint)
    LogLine.write("listening at \(endpoint)")
    let end = ContinuousClock.now + lifetime
    var watches: [Watch] = []
    while ContinuousClock.now < end {
      let wanted = [(listener.descriptor, POLLIN)] + watches.map { ($0.stream.descriptor, POLLIN) }
      let ready = Readiness.wait(wanted, atMost: .milliseconds(20))
      for index in watches.indices where index + 1 < ready.count { tend(&watches[index], ready[index + 1]) }
      watches.removeAll { !$0.isOpen }
      while watches.count < 256, let (stream, peer) = listener.accept() {
        stream.sendsAtOnce()
        let end = ContinuousClock.now + .milliseconds(Int.random(in: lifetimes))
        watches.append(Watch(stream: stream, peer: peer, end: end))
      }
    }
    return 0
  }

  private func tend(_ watch: inout Watch, _ ready: Int32) {
    if ready != 0 {
      withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 16) { buffer in
        switch watch.stream.read(into: buffer) {
        case .moved, .mustWait: return
        case .ended, .failed: watch.isOpen = false
        }
      }
    }
    let now = ContinuousClock.now
    if watch.isOpen, now >= watch.end {
      TLSRecord.closeNotify.withUnsafeBytes { _ = watch.stream.write($0) }
      LogLine.write("ended the watch of \(watch.peer)")
      watch.isOpen = false
    } else if watch.isOpen, now >= watch.next {
      TLSRecord.applicationData(Int.random(in: 40...400)).withUnsafeBytes { _ = watch.stream.write($0) }
      watch.next = now + pause
    }
    if !watch.isOpen { watch.stream.close() }
  }
}

/// Records as TLS 1.2 puts them on the wire (RFC 5246, 6.2.1); nothing in them is encrypted, or means anything.
enum TLSRecord {
  static let closeNotify: [UInt8] = [21, 3, 3, 0, 2, 1, 0]

  /// - Parameter length: of what it holds, less than 16,384.
  static func applicationData(_ length: Int) -> [UInt8] {
    [23, 3, 3, UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length)]
      + (0..<length).map { _ in UInt8.random(in: 0...255) }
  }
}

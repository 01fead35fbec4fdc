internal import Glibc

/// A control plane: pushes configuration to every subscriber, each push a length (four bytes, network order) and as many
/// bytes, and reads the short acknowledgments that come back. A push goes out in bursts, as of an application that makes it
/// while it writes: it takes tens of milliseconds, and windows still open to megabytes.
struct Server {
  private let endpoint: String
  private let sizes: ClosedRange<Int>
  private let pause: Duration
  private let lifetime: Duration
  private static let burst = 256 << 10
  private static let restBetweenBursts = Duration.milliseconds(10)
  /// What pushes are cut from.
  private let text: [UInt8]

  init(_ flags: Flags) throws {
    endpoint = try flags.text("listen")
    sizes = try flags.range("bytes", or: 500_000...1_000_000)
    pause = .milliseconds(try flags.number("every", or: 500))
    lifetime = try flags.lifetime()
    text = Array(String(repeating: "{\"route\":\"cluster\",\"weight\":100},\n", count: 32_768).utf8)
  }

  private struct Subscription {
    let stream: Stream
    let peer: String
    var pushes = 0
    /// Bytes of the current push, its length included, that are yet to be written.
    var remaining = 0
    var header: [UInt8] = []
    /// When the next burst, or the next push, may begin.
    var next = ContinuousClock.now
    var isOpen = true

    var isDue: Bool { ContinuousClock.now >= next }
  }

  func run() throws -> Int32 {
    let listener = try Stream.listen(endpoint)
    LogLine.write("listening at \(endpoint)")
    let end = ContinuousClock.now + lifetime
    var subscriptions: [Subscription] = []
    while ContinuousClock.now < end {
      let wanted =
        [(listener.descriptor, POLLIN)]
        + subscriptions.map { ($0.stream.descriptor, $0.remaining > 0 && $0.isDue ? POLLIN | POLLOUT : POLLIN) }
      let ready = Readiness.wait(wanted, atMost: .milliseconds(5))
      for index in subscriptions.indices where index + 1 < ready.count {
        serve(&subscriptions[index], ready[index + 1])
      }
      subscriptions.removeAll { !$0.isOpen }
      while subscriptions.count < 256, let (stream, peer) = listener.accept() {
        LogLine.write("\(peer) subscribed")
        subscriptions.append(Subscription(stream: stream, peer: peer))
      }
    }
    return 0
  }

  private func serve(_ subscription: inout Subscription, _ ready: Int32) {
    if ready & (POLLIN | POLLERR | POLLHUP) != 0 { listen(to: &subscription) }
    guard subscription.isOpen, subscription.isDue else { return }
    if subscription.remaining == 0 {
      let size = Int.random(in: sizes)
      subscription.pushes += 1
      subscription.header = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) }
      subscription.remaining = size + 4
      LogLine.write("push \(subscription.pushes) of \(size) bytes to \(subscription.peer)")
    }
    push(to: &subscription)
  }

  private func push(to subscription: inout Subscription) {
    var room = Self.burst
    while subscription.remaining > 0 {
      guard room > 0 else {
        subscription.next = ContinuousClock.now + Self.restBetweenBursts
        return
      }
      let progress: Stream.Progress
      if !subscription.header.isEmpty {
        progress = subscription.header.withUnsafeBytes { subscription.stream.write($0, hasMore: true) }
        if case .moved(let count) = progress { subscription.header.removeFirst(count) }
      } else {
        let size = min(subscription.remaining, room, text.count)
        progress = text.withUnsafeBytes { subscription.stream.write(UnsafeRawBufferPointer(rebasing: $0[..<size])) }
      }
      switch progress {
      case .moved(let count):
        subscription.remaining -= count
        room -= count
      case .mustWait: return
      case .ended: return
      case .failed(let why): return lose(&subscription, why)
      }
    }
    subscription.next = ContinuousClock.now + pause
  }

  private func listen(to subscription: inout Subscription) {
    withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { buffer in
      switch subscription.stream.read(into: buffer) {
      case .moved, .mustWait: return
      case .ended: lose(&subscription, "closed by the subscriber")
      case .failed(let why): lose(&subscription, why)
      }
    }
  }

  private func lose(_ subscription: inout Subscription, _ why: String) {
    LogLine.write("\(subscription.peer) lost after \(subscription.pushes) pushes: \(why)")
    subscription.stream.close()
    subscription.isOpen = false
  }
}

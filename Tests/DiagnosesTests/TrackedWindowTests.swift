import Correlation
import Testing
import Wire

@testable import Diagnoses

/// The four rules of connection tracking's window, at their edges.
struct TrackedWindowTests {
  private func record(
    fromOpener: Bool, _ flags: TCPFlags = .ack, position: Int64, length: UInt32 = 0, acknowledged: Int64,
    window: UInt16 = 500
  ) -> Record {
    var record = Record()
    record.flags = flags
    record.position = position
    record.length = length
    record.acknowledged = acknowledged
    record.window = window
    record.bits = fromOpener ? [.fromOpener] : []
    return record
  }

  /// Windows of 64,000 bytes both ways; the server has sent 1,000,000 bytes, the client 100, and all is acknowledged.
  private func window(scales: DirectionPair<UInt8>? = DirectionPair(fromOpener: 7, fromAcceptor: 7)) -> TrackedWindow {
    var window = TrackedWindow(scales: scales)
    window.pass(record(fromOpener: true, .syn, position: 0, acknowledged: -1, window: 60_000))
    window.pass(record(fromOpener: false, [.syn, .ack], position: 0, acknowledged: 1, window: 60_000))
    window.pass(record(fromOpener: true, position: 1, length: 100, acknowledged: 1))
    window.pass(record(fromOpener: false, position: 999_001, length: 1_000, acknowledged: 101))
    window.pass(record(fromOpener: true, position: 101, acknowledged: 1_000_001))
    return window
  }

  @Test(arguments: [
    // The next segment, one that ends where the window ends, and one byte more.
    (1_000_001, 1_000, 101, TrackedWindow.Standing.inside),
    (1_064_001, 100, 101, .inside),
    (1_064_002, 100, 101, .ahead(1)),
    // A retransmission that ends 64,000 bytes below the stream's end is the last that fits.
    (935_001, 1_000, 101, .inside),
    (935_000, 1_000, 101, .behind(64_001, allowed: 64_000)),
    // Acknowledging what the client never sent.
    (1_000_001, 0, 101, .inside),
    (1_000_001, 0, 102, .acknowledgesUnsent(1)),
  ])
  func holdsForTheServersSegments(position: Int, length: Int, acknowledged: Int, expected: TrackedWindow.Standing) {
    let segment = record(
      fromOpener: false, position: Int64(position), length: UInt32(length), acknowledged: Int64(acknowledged))
    #expect(window().standing(of: segment) == expected)
  }

  @Test(arguments: [
    (1_000_001 - 66_000, TrackedWindow.Standing.inside),
    (1_000_001 - 66_001, .acknowledgesLongAgo(66_001, allowed: 66_000)),
  ])
  func oldAcknowledgmentsReachBackAtLeast66000Bytes(acknowledged: Int, expected: TrackedWindow.Standing) {
    #expect(
      window().standing(of: record(fromOpener: true, position: 101, acknowledged: Int64(acknowledged))) == expected)
  }

  @Test func withoutScalesItDoesNotDecide() {
    let segment = record(fromOpener: false, position: 1, length: 1_000, acknowledged: 101)
    #expect(window(scales: nil).standing(of: segment) == .undecided(999_000))
  }

  @Test func aResetMovesNothing() {
    var window = window()
    window.pass(record(fromOpener: false, .rst, position: 5_000_000, acknowledged: -1))
    #expect(
      window.standing(of: record(fromOpener: false, position: 1_000_001, length: 10, acknowledged: 101)) == .inside)
  }
}

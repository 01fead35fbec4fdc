import CaseModel
import Testing

@testable import Evidence

/// What the kernel's tracepoints print, with marks that tie their clock to the wall clock.
struct TraceTextTests {
  private static let text = """
               sh-4711    [000] .....    100.000500: tracing_mark_write: stakeout wall 1700000000.000000000
      my task: 1.5: x-12  [001] ..s2.    101.250000: tcp_send_reset: skbaddr=00000000d1f5b4d8 skaddr=0 src=10.0.0.1:80 dest=10.0.0.2:4000 state=UNKNOWN reason=NO_SOCKET
      CPU:1 [LOST 17 EVENTS]
               sh-4712    [000] .....    105.000200: tracing_mark_write: stakeout wall 1700000005.000000000
           <idle>-0       [001] ..s2.    106.000000: kfree_skb: skbaddr=0 rx_sk=0 protocol=2048 location=nf_hook_slow+0xb0/0xe0 reason: NETFILTER_DROP

    """

  /// Between asking the wall clock and writing the mark some time passes: the least of it is the truest.
  @Test func eventsComeOnTheWallClock() {
    let events = TraceText.events(Self.text, host: "gw", cited: "trace.txt")
    #expect(events.map(\.line) == [2, 5])
    #expect(
      events.map(\.says) == [
        "tcp_send_reset: src=10.0.0.1:80 dest=10.0.0.2:4000 state=UNKNOWN reason=NO_SOCKET",
        "kfree_skb: protocol=2048 location=nf_hook_slow+0xb0/0xe0 reason: NETFILTER_DROP",
      ])
    #expect(
      events.map { $0.at?.nanoseconds } == [1_700_000_001_249_800_000, 1_700_000_005_999_800_000])
    #expect(events.allSatisfy { $0.source == .trace && $0.host == "gw" })
  }

  @Test func withoutAMarkNoInstantIsKnown() {
    let events = TraceText.events("x-1 [000] ..... 5.5: tcp_probe: a=1\n", host: "gw", cited: "t")
    #expect(events.map(\.says) == ["tcp_probe: a=1"])
    #expect(events.first?.at == nil)
  }

  @Test(arguments: ["", "# tracer: nop", "::::", "1.5:", "1.5: :", "x 99999999999999999999.5: a: b", "\u{0}\u{1b}"])
  func whatIsNoEventIsPassedOver(text: String) {
    _ = TraceText.events(text, host: "gw", cited: "t")
  }
}

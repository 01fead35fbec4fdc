internal import CaseModel

/// What helps where silent connections are forgotten.
struct IdleRemedies {
  let timer: PathTimers.Timer?
  let silence: IdleSilence
  /// Where it happens, as far as that is known.
  let place: String

  var all: [Remedy] {
    let place = timer?.host.text ?? self.place
    let keepAlives = Remedy(
      on: "both ends", command: "sysctl -w net.ipv4.tcp_keepalive_time=\(keepalive)",
      effect:
        "connections send keep-alives before the timer runs out, where the application asks for them (SO_KEEPALIVE)",
      sideEffects: "a few packets for every idle connection; a peer that is gone is noticed sooner",
      rollback: "sysctl -w net.ipv4.tcp_keepalive_time=7200")
    guard let timer, let sysctl = timer.sysctl else { return [keepAlives] }
    let longer =
      Remedy(
        on: place, command: "sysctl -w \(sysctl)=\(max(Self.least, timer.seconds * 4))",
        effect: "idle connections are kept for longer (now \(timer.seconds) s); RFC 5382 asks for 7,440 s at least",
        sideEffects: "the table holds more entries: watch nf_conntrack_count against nf_conntrack_max",
        rollback: "sysctl -w \(sysctl)=\(timer.seconds)")
    // What cures it comes first, unless the timer is no shorter than it has to be.
    return timer.seconds < Self.least ? [longer, keepAlives] : [keepAlives, longer]
  }

  /// RFC 5382, REQ-5, seconds.
  private static let least: Int64 = 7_440

  /// Half of what is known to be too long, in seconds.
  private var keepalive: Int64 { max(1, (timer?.seconds ?? silence.length / 1_000_000_000) / 2) }
}

internal import Alignment
internal import CaseModel
internal import Correlation
internal import Evidence

/// What the kernel of a host itself told of a RST that it sent: its tracepoint `tcp:tcp_send_reset`, which names both ends and, since
/// Linux 6.10, the reason. Packets show where a RST is first seen; this shows who made it.
struct KernelReset {
  let host: HostName
  /// `NO_SOCKET`, `TCP_FLAGS`, ...; nil where the kernel does not say.
  let reason: String?
  let citation: Citation

  /// A trace's clock is tied to the wall clock by marks that are late by what the host was busy with then.
  private static let apart: Int64 = 100_000_000

  /// - Parameters:
  ///   - frame: the RST where it left its sender; what is cited of the kernel is of the same host and the same moment.
  ///   - source: the end in whose name it was sent.
  init?(_ frame: Citation?, from source: String, to destination: String, _ scene: Scene) {
    guard case .packet(let packet) = frame, let time = packet.time,
      let vantage = scene.timeline.vantages.first(where: { $0.name == packet.vantage }), let clock = vantage.clock
    else { return nil }
    func distance(_ event: Event) -> Int64? {
      guard event.source == .trace, event.host == vantage.host, event.says.hasPrefix("tcp_send_reset: "),
        let at = event.at, case let apart = clock.caseTime(at).since(time).magnitude, apart <= UInt64(Self.apart)
      else { return nil }
      let words = event.says.split(separator: " ")
      guard words.contains("src=\(source)"), words.contains("dest=\(destination)") else { return nil }
      return Int64(apart)
    }
    let near = scene.evidence.events.compactMap { event in distance(event).map { ($0, event) } }
    guard let event = near.min(by: { ($0.0, $0.1.line) < ($1.0, $1.1.line) })?.1 else { return nil }
    host = vantage.host
    reason = event.says.split(separator: " ").first { $0.hasPrefix("reason=") }.map { String($0.dropFirst(7)) }
    citation = .log(
      Citation.Log(
        host: event.host, file: event.cited, line: event.line, time: event.at.map { clock.caseTime($0) },
        says: "the kernel of `\(event.host)`: \(event.says)"))
  }

  var text: String {
    "The kernel of `\(host)` says itself that it sent that RST"
      + (reason == "NO_SOCKET"
        ? ", for want of a socket that knows the connection (`tcp_send_reset`, NO_SOCKET)."
        : reason.map { " (`tcp_send_reset`, \($0))." } ?? " (`tcp_send_reset`).")
  }
}

internal import CaseModel
internal import Running

/// What a run brought home, host by host and capture by capture.
struct RunRecap {
  let outcome: RunOutcome

  var text: String {
    let header = ["host", "result", "capture", "packets", "dropped", "ended by"]
    return TextTable.text([header] + outcome.hosts.flatMap(rows))
  }

  private func rows(_ host: HostRecord) -> [[String]] {
    let captures = outcome.captures.filter { $0.host == host.name }
    let name = [host.name.text, host.result.rawValue]
    guard let first = captures.first else { return [name + ["-"]] }
    return [name + cells(first)] + captures.dropFirst().map { ["", ""] + cells($0) }
  }

  private func cells(_ capture: CaptureRecord) -> [String] {
    [
      capture.vantage.text, capture.packets.map { "\($0)" } ?? "not fetched",
      capture.drops.map { "\($0)" } ?? "unknown",
      capture.endedBy ?? "-",
    ]
  }
}

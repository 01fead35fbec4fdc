internal import CaseModel
internal import Evidence

/// How often each probe of a case succeeded, and how long that took: by host, namespace, probe and what it tried.
///
/// A probe that pings or connects tells of each try (`to NAME ping 56 ok 0.4 ms`); one that runs a command, when each run began and
/// ended, with its status.
func probeMeasures(_ events: [Event]) -> [CaseMeasures.Probe] {
  var runs: [Tried: Outcomes] = [:]
  var begun: [Tried: HostTime] = [:]
  var toldOfTries: Set<Tried> = []
  for event in events where event.source == .probe {
    guard let probe = Tried(event) else { continue }
    let words = event.says.split(separator: " ")
    if words.first == "to", words.count >= 5 {
      toldOfTries.insert(probe)
      runs[probe.trying("\(words[2]) \(words[3]) to \(words[1])"), default: Outcomes()].add(
        words[4] == "ok", milliseconds: milliseconds(words.dropFirst(5)))
    } else if words.first == "begin" {
      begun[probe] = event.at
    } else if words.first == "end", words.count == 4 {
      let took = begun[probe].flatMap { start in event.at.map { Double($0.nanoseconds &- start.nanoseconds) / 1e6 } }
      runs[probe, default: Outcomes()].add(words[3] == "0", milliseconds: took)
    }
  }
  return runs.filter { $0.key.what != nil || !toldOfTries.contains($0.key) }.sorted { $0.key < $1.key }.map {
    CaseMeasures.Probe(
      host: $0.key.host, namespace: $0.key.namespace, name: $0.key.name, what: $0.key.what, tries: $0.value.tries,
      failed: $0.value.failed, median: $0.value.median)
  }
}

/// `0.412 ms`, `380 us`.
private func milliseconds(_ words: ArraySlice<Substring>) -> Double? {
  guard words.count == 2, let number = words.first.flatMap({ Double($0) }), number.isFinite else { return nil }
  switch words.last {
  case "ms": return number
  case "us": return number / 1000
  default: return nil
  }
}

private struct Outcomes {
  var tries = 0
  var failed = 0
  private var times: [Double] = []

  mutating func add(_ isFine: Bool, milliseconds: Double?) {
    tries += 1
    if !isFine { failed += 1 } else if let milliseconds { times.append(milliseconds) }
  }

  var median: Double? { times.isEmpty ? nil : times.sorted()[times.count / 2] }
}

private struct Tried: Hashable, Comparable {
  let host: HostName
  let namespace: NamespaceName
  let name: String
  var what: String?

  /// From `hosts/HOST/NAMESPACE/logs/probe.NAME.log`.
  init?(_ event: Event) {
    let parts = event.cited.split(separator: "/").suffix(3)
    guard parts.count == 3, let file = parts.last, file.hasPrefix("probe."), file.hasSuffix(".log"),
      let place = parts.first
    else { return nil }
    host = event.host
    namespace = NamespaceName(CasePath.name(ofComponent: place))
    name = CasePath.name(ofComponent: file.dropFirst(6).dropLast(4))
  }

  func trying(_ what: String) -> Self {
    var copy = self
    copy.what = what
    return copy
  }

  static func < (a: Self, b: Self) -> Bool {
    (a.host, a.namespace, a.name, a.what ?? "") < (b.host, b.namespace, b.name, b.what ?? "")
  }
}

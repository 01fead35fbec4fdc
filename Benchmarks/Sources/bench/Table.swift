/// What was measured, as text.
struct Table {
  let contest: Contest

  var lines: [String] {
    let head = Self.line(["", "s", "min-max", "cpu s", "Mrec/s", "MB/s", "x cat", "peak MB"])
    return [head, String(repeating: "-", count: head.count)] + contest.entries.indices.map(row)
  }

  private func row(_ number: Int) -> String {
    let entry = contest.entries[number]
    guard let cost = contest.median(entry.name) else { return entry.name }
    let all = contest.costs[number].map(\.seconds)
    let cat = contest.median(Row.cat).map { $0.seconds / Double(catBytes) } ?? 0
    return Self.line([
      entry.name, Self.text(cost.seconds, 2), "\(Self.text(all.min() ?? 0, 2))-\(Self.text(all.max() ?? 0, 2))",
      Self.text(cost.processorSeconds, 2), Self.text(Double(entry.records) / cost.seconds / 1e6, 2),
      Self.text(Double(entry.bytes) / cost.seconds / 1e6, 0),
      cat > 0 ? Self.text(cost.seconds / Double(entry.bytes) / cat, 1) : "",
      Self.text(Double(cost.peakBytes) / 1e6, 0),
    ])
  }

  private var catBytes: Int { contest.entries.first { $0.name == Row.cat }?.bytes ?? 1 }

  /// What the goals are told in.
  var ratios: [String] {
    var lines: [String] = []
    if let whole = contest.perRecord(Row.analysis), let tshark = contest.perRecord(Row.tshark) {
      lines.append(
        "per record, the analysis of three captures is \(Self.text(tshark / whole, 1))x as fast as tshark on one")
    }
    if let ours = contest.median(Row.merge), let theirs = contest.median(Row.mergecap) {
      lines.append("merging alone is \(Self.text(theirs.seconds / ours.seconds, 1))x as fast as mergecap")
    }
    if let read = contest.median(Row.read), let cat = contest.median(Row.cat) {
      lines.append(
        "reading and dissecting one capture takes \(Self.text(read.seconds / cat.seconds, 1))x the time of cat")
    }
    if let whole = contest.median(Row.analysis), let half = contest.median(Row.half) {
      lines.append("doubling the records takes \(Self.text(whole.seconds / half.seconds, 2))x the time")
    }
    if let ours = contest.median(Row.toDisk), let copy = contest.median(Row.copy) {
      lines.append(
        "the analysis to disk takes \(Self.text(ours.seconds / copy.seconds, 1))x the time of copying what it wrote")
    }
    return lines
  }

  private static func line(_ cells: [String]) -> String {
    let widths = [36, 8, 15, 8, 8, 8, 7, 8]
    return zip(cells, widths).enumerated().map { column, pair in
      let pad = String(repeating: " ", count: max(0, pair.1 - pair.0.count))
      return column == 0 ? pair.0 + pad : pad + pair.0
    }.joined()
  }

  /// A number with so many digits behind its point.
  static func text(_ value: Double, _ digits: Int) -> String {
    let scale = (0..<digits).reduce(1) { power, _ in power * 10 }
    let units = Int((value * Double(scale)).rounded())
    guard digits > 0 else { return "\(units)" }
    let fraction = String(units % scale)
    return "\(units / scale)." + String(repeating: "0", count: digits - fraction.count) + fraction
  }
}

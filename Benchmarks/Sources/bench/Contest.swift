/// Programs that are timed against each other.
struct Contest {
  struct Entry {
    let name: String
    let command: [String]
    /// Records and bytes that one run goes through.
    let records: Int
    let bytes: Int
    /// Exit statuses that mean that the work was done.
    var fine: ClosedRange<Int32> = 0...0
  }

  let entries: [Entry]
  private(set) var costs: [[Cost]]

  init(_ entries: [Entry]) {
    self.entries = entries
    costs = entries.map { _ in [] }
  }

  /// One round to warm up, then so many that count. Each round runs every program once: what else the machine does hits all.
  mutating func run(rounds: Int, _ progress: (String) -> Void) throws {
    for round in 0...rounds {
      progress(round == 0 ? "warming up" : "round \(round) of \(rounds)")
      for (number, entry) in entries.enumerated() {
        try Interrupt.check()
        let cost = try ChildProcess.run(entry.command)
        guard entry.fine.contains(cost.status) else {
          throw Trouble("`\(entry.command.joined(separator: " "))` ended with status \(cost.status)")
        }
        if round > 0 { costs[number].append(cost) }
      }
    }
  }

  func median(_ name: String) -> Cost? {
    entries.firstIndex { $0.name == name }.map { number in
      Cost(
        seconds: Self.median(costs[number].map(\.seconds)),
        processorSeconds: Self.median(costs[number].map(\.processorSeconds)),
        peakBytes: Int(Self.median(costs[number].map { Double($0.peakBytes) })), status: 0)
    }
  }

  /// Seconds per record.
  func perRecord(_ name: String) -> Double? {
    guard let entry = entries.first(where: { $0.name == name }), let cost = median(name) else { return nil }
    return cost.seconds / Double(entry.records)
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}

/// How often something happened, and how sure that is.
struct Share {
  let count: Int
  let total: Int
  /// The interval that holds the true share in 95 of 100 cases (E. B. Wilson, "Probable inference, the law of succession, and
  /// statistical inference", JASA 22, 1927): sound also for few and for none.
  let low: Double
  let high: Double

  /// - Parameter clusters: how many of the count are independent of each other, 1...count; nil where all are. What was lost in one
  ///   piece says no more of a rate than one loss does.
  init(_ count: Int, of total: Int, clusters: Int? = nil) {
    self.count = count
    self.total = max(total, count)
    let together = clusters.map { Double(max(1, count)) / Double(max(1, $0)) } ?? 1
    let n = max(1, Double(self.total) / together)
    let share = Double(count) / Double(max(1, self.total))
    let z = 1.959_964
    let middle = share + z * z / (2 * n)
    let reach = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    low = max(0, (middle - reach) / (1 + z * z / n))
    high = min(1, (middle + reach) / (1 + z * z / n))
  }

  /// `4.1 % (95 % confidence: 2.6 to 6.4 %)`.
  var text: String {
    "\(rate) (95 % confidence: "
      + "\(Self.percent(low)) to \(Self.percent(high)) %)"
  }

  /// `4.1 %`.
  var rate: String { "\(Self.percent(total > 0 ? Double(count) / Double(total) : 0)) %" }

  private static func percent(_ share: Double) -> String {
    Wording.decimal(share * 100, digits: share < 0.001 ? 3 : share < 0.1 ? 2 : 1)
  }
}

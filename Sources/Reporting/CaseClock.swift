internal import Alignment
internal import CaseModel
internal import Correlation
internal import Diagnoses

/// How the case's times are told to people: in UTC where it is known, else by the reference's clock; never with more digits than
/// the bound justifies.
struct CaseClock {
  private let timeline: Timeline

  init(_ timeline: Timeline) { self.timeline = timeline }

  /// What the times are, for a heading: `UTC`, or whose clock.
  var scale: String {
    if timeline.utc != nil { return "UTC" }
    return timeline.reference.map { "by the clock of `\(timeline.vantages[$0].name)`" } ?? "no common clock"
  }

  /// Half-width against the case's time line in nanoseconds; nil for what is not on it.
  func bound(of vantage: VantageName?) -> Double? {
    guard let vantage else { return nil }
    return timeline.vantages.first { $0.name == vantage }?.clock?.worstBound
  }

  /// The same at one instant: mostly less than the worst.
  func bound(of vantage: VantageName?, at time: CaseTime) -> Double? {
    guard let vantage else { return nil }
    return timeline.vantages.first { $0.name == vantage }?.clock?.bound(at: time)
  }

  /// How far the time between two events may be off, nanoseconds.
  func bound(between a: CitedEvent, and b: CitedEvent) -> Double {
    if a.host == b.host, a.host != nil { return 0 }
    let sum = a.bound + b.bound
    guard let one = index(a), let other = index(b), let apart = timeline.vantages.bound(one, other) else { return sum }
    return min(sum, Double(apart))
  }

  private func index(_ event: CitedEvent) -> Int? {
    timeline.vantages.firstIndex { vantage in
      guard vantage.clock != nil else { return false }
      return event.vantage.map { $0 == vantage.name } ?? (vantage.host == event.host)
    }
  }

  /// Half-width against `scale`.
  func worldBound(_ bound: Double?) -> Double { (bound ?? 0) + Double(timeline.utc?.bound ?? 0) }

  /// `2026-11-21 05:10:33.004`.
  func text(_ time: CaseTime, bound: Double?) -> String {
    let shift = timeline.utc?.offset ?? 0
    let full = Instant.text(Self.rounded(time.nanoseconds &+ shift, digits: Self.digits(worldBound(bound))))
    let digits = Self.digits(worldBound(bound))
    let cut = full.prefix(digits == 0 ? 19 : 20 + digits)
    return String(cut.replacing("T", with: " ", maxReplacements: 1))
  }

  /// The one day that all these times lie on, `2026-11-21`, and nil where they lie on several.
  func day(of times: [CaseTime]) -> String? {
    let days = Set(times.map { text($0, bound: 0).prefix(10) })
    return days.count == 1 ? days.first.map(String.init) : nil
  }

  /// The same without the day, where all lie on one.
  func text(_ time: CaseTime, bound: Double?, day: String?) -> String {
    let full = text(time, bound: bound)
    return day == nil ? full : String(full.dropFirst(11))
  }

  /// A column's heading: `time on 2026-11-21 (UTC)`.
  func heading(day: String?) -> String { "time" + (day.map { " on \($0)" } ?? "") + " (\(scale))" }

  /// `+0.0042`: seconds since `origin`, by the case's own time line.
  func text(_ time: CaseTime, since origin: CaseTime, bound: Double) -> String {
    let seconds = Double(time.since(origin)) / 1e9
    return (seconds < 0 ? "-" : "+") + Wording.decimal(seconds.magnitude, digits: Self.digits(bound))
  }

  /// Decimals of a second whose last place is no finer than the bound; captures are stamped to a microsecond at best.
  static func digits(_ bound: Double) -> Int {
    var digits = 0
    var place = 1e8
    while digits < 6, place >= bound {
      digits += 1
      place /= 10
    }
    return digits
  }

  /// Half-widths as people write them: `± 41 us`.
  static func text(bound: Double) -> String {
    "± " + Wording.duration(nanoseconds: Int64(min(9e18, bound.rounded(.up))))
  }

  private static func rounded(_ nanoseconds: Int64, digits: Int) -> Int64 {
    let unit = (digits..<9).reduce(Int64(1)) { product, _ in product * 10 }
    let half = unit / 2
    let remainder = ((nanoseconds % unit) + unit) % unit
    return remainder >= half && unit > 1 ? nanoseconds &+ (unit - remainder) : nanoseconds &- remainder
  }
}

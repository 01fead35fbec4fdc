internal import Alignment
internal import CaseModel

/// What is to be said of a clock.
enum ClockDoubts {
  /// - Parameter names: the hosts, by their clocks' numbers; the number after them is the controller's.
  static func says(_ solution: ClockSolution, names: [HostName]) -> String? {
    if solution.map == nil {
      return solution.isOneSided
        ? "its clock is known from one direction of traffic only: its frames have an order, and no time on the common line"
        : "nothing ties its clock to the reference's: its frames have no time on the common line"
    }
    guard let contradiction = solution.contradiction else { return nil }
    let other = contradiction.with < names.count ? "`\(names[contradiction.with])`" : "the controller"
    let size = duration(contradiction.by.rounded(.up))
    return
      "its clock contradicts that of \(other) by up to \(size) (was it set meanwhile?): its times are not to be trusted beyond that"
  }

  static func says(_ step: ClockStep) -> String {
    let way = step.by < 0 ? "back" : "forward"
    let size = "\(duration(abs(step.by))) (within \(duration(step.bound)))"
    let other =
      step.isAmbiguous ? "; only one other clock saw it: it may be that one which was set, the other way" : ""
    return "its clock was set \(way) by \(size) at \(step.at): its times are corrected for that\(other)"
  }

  /// Nanoseconds in a unit that people read, with no more digits than mean something.
  private static func duration(_ nanoseconds: Double) -> String {
    let units: [(Double, String)] = [(1e9, "s"), (1e6, "ms"), (1e3, "us")]
    let (unit, name) = units.first { nanoseconds >= $0.0 } ?? (1, "ns")
    let value = (nanoseconds / unit * 1_000).rounded() / 1_000
    return value == value.rounded() && value < 1e15 ? "\(Int64(value)) \(name)" : "\(value) \(name)"
  }
}

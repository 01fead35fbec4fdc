/// How well a clock that runs straight is known along its way: half-widths at some instants of its own time.
///
/// Between two instants of a straight line what it may be off is at most what lies straight between what it may be off at both.
struct BoundCourse: Hashable, Sendable {
  struct Mark: Hashable, Sendable {
    /// The clock's own time, unfolded, nanoseconds.
    var at: Int64
    /// Nanoseconds.
    var bound: Double
  }

  /// In order of time; empty where nothing finer is known than the worst of all.
  var marks: [Mark] = []

  /// Infinite beyond the marks: there the worst of all holds.
  func bound(at time: Int64) -> Double {
    guard let next = marks.firstIndex(where: { $0.at >= time }) else { return .infinity }
    let right = marks[next]
    if right.at == time { return right.bound }
    guard next > 0, right.at &- marks[next - 1].at > 0 else { return .infinity }
    let left = marks[next - 1]
    let share = Double(time &- left.at) / Double(right.at &- left.at)
    return left.bound + (right.bound - left.bound) * share
  }
}

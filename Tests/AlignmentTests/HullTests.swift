import Alignment
import Testing

struct HullTests {
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `a touching line is the extreme one over all points`(seed: UInt64) {
    var generator = SeededGenerator(seed)
    let points = (0..<300).map { x in
      Point(x: Double(x) * 1e6, y: Double.random(in: -1e6...1e6, using: &generator))
    }
    let lower = Hull(.lower, of: points)
    let upper = Hull(.upper, of: points)
    for slope in [-3e-4, -1e-5, 0, 2e-6, 3e-4] {
      let intercepts = points.map { $0.y - slope * $0.x }
      #expect(lower.intercept(slope: slope) == intercepts.min())
      #expect(upper.intercept(slope: slope) == intercepts.max())
    }
    #expect(lower.corners.count < 30)
  }

  @Test func `nothing bounds nothing`() {
    #expect(Hull(.lower).intercept(slope: 0) == .infinity)
    #expect(Hull(.upper).intercept(slope: 0) == -.infinity)
  }

  @Test func `of two points at one instant the outer one counts`() {
    let hull = Hull(.lower, of: [Point(x: 0, y: 5), Point(x: 0, y: 3), Point(x: 0, y: 4), Point(x: 1, y: 9)])
    #expect(hull.intercept(slope: 0) == 3)
  }
}

import Alignment
import Testing

struct DifferenceConstraintsTests {
  @Test func `a bound travels along a chain`() {
    var constraints = DifferenceConstraints(count: 4)
    constraints.require(1, minus: 0, atMost: 5)
    constraints.require(2, minus: 1, atMost: 7)
    constraints.require(2, minus: 0, atMost: 20)
    constraints.close()
    #expect(constraints[2, 0] == 12)
    #expect(constraints[0, 2] == .infinity)
    #expect(constraints[3, 0] == .infinity)
    #expect(constraints.isFeasible)
  }

  @Test func `a loop that gains time is found`() {
    var constraints = DifferenceConstraints(count: 3)
    constraints.require(1, minus: 0, atMost: -10)
    constraints.require(2, minus: 1, atMost: 4)
    constraints.require(0, minus: 2, atMost: 4)
    constraints.close()
    #expect(!constraints.isFeasible)
    #expect(constraints.shortfall >= 2)
  }

  @Test func `what is no number constrains nothing`() {
    var constraints = DifferenceConstraints(count: 2)
    constraints.require(1, minus: 0, atMost: .nan)
    constraints.close()
    #expect(constraints[1, 0] == .infinity)
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `numbers that fit stay inside after closing`(seed: UInt64) {
    var generator = SeededGenerator(seed)
    let numbers = (0..<6).map { _ in Double.random(in: -100...100, using: &generator) }
    var constraints = DifferenceConstraints(count: 6)
    for _ in 0..<12 {
      let (i, j) = (Int.random(in: 0..<6, using: &generator), Int.random(in: 0..<6, using: &generator))
      constraints.require(i, minus: j, atMost: numbers[i] - numbers[j] + Double.random(in: 0...10, using: &generator))
    }
    constraints.close()
    #expect(constraints.isFeasible)
    for i in 0..<6 { for j in 0..<6 { #expect(numbers[i] - numbers[j] <= constraints[i, j] + 1e-9) } }
  }
}

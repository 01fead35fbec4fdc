import Testing

@testable import Reporting

struct ChanceTests {
  /// By hand: of 8 connections 4 are hit; that all of them fall among the first four is one way in C(8,4) = 70.
  @Test func allBeforeAndNoneAfter() throws {
    let chance = try #require(Chance.ofFewer(before: (4, 4), after: (0, 4)))
    #expect(abs(chance - 1.0 / 70) < 1e-12)
  }

  /// (C(10,3) C(10,1) + C(10,4)) / C(20,4), from none and from one.
  @Test func someBeforeAndOneAfter() throws {
    let chance = try #require(Chance.ofFewer(before: (3, 10), after: (1, 10)))
    #expect(abs(chance - (120 * 10 + 210) / 4845.0) < 1e-12)
  }

  /// More are hit than there were before: told by those that were not. C(10,0) C(10,7) / C(20,7).
  @Test func nearlyAllAreHit() throws {
    let chance = try #require(Chance.ofFewer(before: (10, 10), after: (3, 10)))
    #expect(abs(chance - 120 / 77520.0) < 1e-12)
  }

  @Test func oneOfFourMayWellBeLuck() throws {
    #expect(try #require(Chance.ofFewer(before: (1, 4), after: (0, 4))) == 0.5)
  }

  @Test(arguments: [(1, 4, 1, 4), (0, 4, 0, 4), (0, 4, 2, 4), (0, 0, 0, 4), (5, 4, 0, 4)])
  func noFewerIsNoQuestion(_ hit: Int, _ of: Int, _ later: Int, _ ofLater: Int) {
    #expect(Chance.ofFewer(before: (hit, of), after: (later, ofLater)) == nil)
  }

  @Test func millionsOfConnections() throws {
    let chance = try #require(Chance.ofFewer(before: (500_000, 1_000_000), after: (10, 1_000_000)))
    #expect((0...1e-6).contains(chance))
  }
}

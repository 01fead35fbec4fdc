import CaseModel
import Correlation
import Diagnoses
import Testing

@testable import Reporting

struct PathMapTests {
  private let shown: ConnectionStory

  init() throws {
    let staged = try StagedCase()
    shown = try #require(try ConnectionStory(staged.judgement, staged.scene))
  }

  private func map(_ from: VantageName?, _ to: VantageName?) -> PathMap {
    PathMap(shown.ladder.stops, shown.flow, shown.summary, location: Location(from: from, to: to))
  }

  @Test func namesBothEndsAndTheTranslation() {
    let map = PathMap(shown.ladder.stops, shown.flow, shown.summary, location: nil)
    #expect(map.nodes.map(\.name) == ["10.1.0.2:40000", "client", "gateway", "server", "10.2.0.9:80"])
    #expect(map.nodes.map(\.translation) == [nil, nil, "192.0.2.10:80 becomes 10.2.0.9:80", nil, nil])
    #expect(map.nodes.map(\.isOutside) == [true, false, false, false, true])
    #expect(map.nodes.filter(\.isCulprit).isEmpty && map.links.filter(\.isCulprit).isEmpty)
  }

  @Test func marksTheVantageWhereItHappens() {
    let map = map("gateway", "gateway")
    #expect(map.nodes.filter(\.isCulprit).map(\.name) == ["gateway"])
    #expect(map.links.filter(\.isCulprit).isEmpty)
  }

  /// Links lie behind the node of their index: 0 before the client, 3 behind the server.
  @Test(
    arguments: [
      ("client", "gateway", [1], true), ("server", "gateway", [2], false), ("client", "server", [1, 2], true),
      ("server", nil, [3], true), ("client", nil, [0], false), (nil, "client", [0], true), (nil, "server", [3], false),
    ] as [(VantageName?, VantageName?, [Int], Bool)])
  func marksTheWayBetween(from: VantageName?, to: VantageName?, links: [Int], pointsRight: Bool) {
    let map = map(from, to)
    #expect(map.links.indices.filter { map.links[$0].isCulprit } == links)
    #expect(links.allSatisfy { map.links[$0].pointsRight == pointsRight })
    #expect(map.nodes.filter(\.isCulprit).isEmpty)
  }
}

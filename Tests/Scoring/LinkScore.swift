internal import Correlation
internal import Traffic
internal import Wire

/// How well conversations were followed through translators.
public struct LinkScore: Sendable {
  /// Further vantages that a connection was seen at, beside the first.
  public var linkable = 0
  public var linked = 0
  /// Flows that hold packets of more than one connection.
  public var mixed = 0
  public var examples: [String] = []

  public init() {}

  public var share: Double { linkable == 0 ? 1 : Double(linked) / Double(linkable) }

  public static func += (sum: inout Self, other: Self) {
    sum.linkable += other.linkable
    sum.linked += other.linked
    sum.mixed += other.mixed
    sum.examples = Array((sum.examples + other.examples).prefix(8))
  }
}

extension CapturedCase {
  /// Each vantage's frames of a connection belong to one flow with those of the others; tunnels' outer packets are not counted.
  public func linkScore() -> LinkScore {
    var score = LinkScore()
    /// Per connection and vantage: in which flows its frames are, and how many.
    var places = [[[Int: Int]]](
      repeating: [[Int: Int]](repeating: [:], count: recording.network.vantages.count),
      count: recording.connections.count)
    for (flow, story) in stories.enumerated() {
      var connections: Set<UInt32> = []
      for (vantage, track) in story.tracks.enumerated() {
        for record in track.records {
          guard let sighting = sighting(record, at: vantage), !isTunnel(story, sighting) else { continue }
          let connection = recording.sightings[Int(sighting)].connection
          connections.insert(connection)
          places[Int(connection)][vantage][flow, default: 0] += 1
        }
      }
      guard connections.count > 1 else { continue }
      score.mixed += 1
      score.examples.append("\(story.flow.name) holds connections \(connections.sorted().prefix(4))")
    }
    for vantages in places { score.add(vantages) }
    return score
  }

  private func isTunnel(_ story: FlowStory, _ sighting: Int32) -> Bool {
    recording.tap(sighting).tunnel != nil && story.flow.aliases.contains { $0.acceptor.port == 4_789 }
  }
}

extension LinkScore {
  fileprivate mutating func add(_ vantages: [[Int: Int]]) {
    let seen = vantages.filter { !$0.isEmpty }
    guard seen.count > 1 else { return }
    linkable += seen.count - 1
    // The flow that most vantages have most of it in.
    let homes = seen.compactMap { $0.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key }
    let most = Dictionary(homes.map { ($0, 1) }, uniquingKeysWith: +).values.max() ?? 1
    linked += most - 1
  }
}

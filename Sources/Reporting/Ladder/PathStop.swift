internal import Alignment
internal import CaseModel
internal import Correlation

/// A vantage on a connection's path.
struct PathStop: Sendable {
  /// Index into the timeline's vantages.
  let vantage: Int
  let name: VantageName
  let host: HostName
  let roles: [RoleName]
  let files: [String]
  /// Half-width against the case's time line, nanoseconds; nil where the clock is not known.
  let bound: Double?
  /// Frames of this connection.
  let frames: Int
  /// What the connection is called where it comes in from the opener's side, and where it goes on.
  let entering: PathName?
  let leaving: PathName?
  /// Whether the connection is inside a tunnel on the way in, and on the way out.
  let tunnelled: (entering: Bool, leaving: Bool)

  /// What address translation did to the name here.
  var translation: String? {
    guard let entering, let leaving else { return nil }
    return entering.change(to: leaving)
  }
}

/// A connection's name at one place: both ends, the opener's first.
struct PathName: Hashable, Sendable {
  let opener: String
  let acceptor: String

  init(_ alias: Alias) {
    opener = "\(alias.opener)"
    acceptor = "\(alias.acceptor)"
  }

  /// `192.0.2.10:80 becomes 10.2.0.9:80`; nil where nothing changes.
  func change(to next: PathName) -> String? {
    let changes = [(opener, next.opener), (acceptor, next.acceptor)].filter { $0 != $1 }
    return changes.isEmpty ? nil : changes.map { "\($0) becomes \($1)" }.joined(separator: "; ")
  }
}

extension PathStop {
  /// The vantages that show a connection, in the opener's direction; those on no path come last.
  static func all(_ story: FlowStory, _ timeline: Timeline) -> [PathStop] {
    var name: PathName?
    return order(story).map { vantage in
      let stop = PathStop(vantage, story, timeline, after: name)
      name = stop.leaving ?? name
      return stop
    }
  }

  private static func order(_ story: FlowStory) -> [Int] {
    var order = unique(story.paths.fromOpener.map(\.vantage))
    var before: Int?
    for vantage in unique(story.paths.fromAcceptor.reversed().map(\.vantage)) {
      if !order.contains(vantage) {
        let place = before.flatMap(order.firstIndex).map { $0 + 1 } ?? 0
        order.insert(vantage, at: place)
      }
      before = vantage
    }
    return order + story.tracks.indices.filter { !story.tracks[$0].records.isEmpty && !order.contains($0) }
  }

  private static func unique(_ vantages: [Int]) -> [Int] {
    vantages.enumerated().filter { vantages.firstIndex(of: $1) == $0 }.map(\.element)
  }

  private init(_ vantage: Int, _ story: FlowStory, _ timeline: Timeline, after name: PathName?) {
    let place = timeline.vantages[vantage]
    let names = Self.unique(
      story.flow.aliases.filter { $0.vantage == vantage && $0.nature == .regular }.map(PathName.init))
    let entering = names.first { $0 == name } ?? names.first
    let way = Self.places(story, vantage)
    self.init(
      vantage: vantage, name: place.name, host: place.host, roles: place.roles, files: place.files,
      bound: place.clock?.worstBound, frames: story.tracks[vantage].records.count, entering: entering,
      leaving: names.first { $0 != entering } ?? entering,
      tunnelled: (way.first?.isInTunnel ?? false, way.last?.isInTunnel ?? false))
  }

  /// Where the connection passes at one vantage, in the opener's direction.
  private static func places(_ story: FlowStory, _ vantage: Int) -> [Place] {
    let forward = story.paths.fromOpener.filter { $0.vantage == vantage }
    return forward.isEmpty ? story.paths.fromAcceptor.reversed().filter { $0.vantage == vantage } : forward
  }

  private static func unique(_ names: [PathName]) -> [PathName] {
    names.enumerated().filter { names.firstIndex(of: $1) == $0 }.map(\.element)
  }
}

internal import CaseModel
internal import Correlation
internal import Diagnoses

/// What lies on a connection's path, and where on it the culprit is.
struct PathMap {
  struct Node {
    var name: String
    var lines: [String]
    /// What address translation does here.
    var translation: String?
    var isCulprit = false
    /// Not captured: only known to be there.
    var isOutside = false
  }

  struct Link {
    var isTunnel = false
    var isCulprit = false
    /// Of the affected packets; nil where the link is not the culprit.
    var pointsRight: Bool?
    /// What was lost on it, by direction.
    var losses: [String] = []
    /// A translation that happens between two captures.
    var translation: String?
  }

  /// The opener first; the two ends themselves are the first and the last.
  var nodes: [Node]
  /// One fewer than nodes: each lies behind the node of its index.
  var links: [Link]

  /// - Parameters:
  ///   - stops: the connection's, in the opener's direction.
  ///   - summary: of the connection.
  ///   - location: the culprit's; nil where there is none.
  ///   - names: of the ends, where they are known.
  ///   - unit: of what was lost: the same bytes, sent again and lost again, are many transmissions and one packet.
  init(
    _ stops: [PathStop], _ flow: Flow, _ summary: FlowSummary, location: Location?,
    names: HostNames? = nil, unit: String = "packet"
  ) {
    let opener = stops.first?.entering?.opener ?? "opener"
    let acceptor = stops.last?.leaving?.acceptor ?? "acceptor"
    nodes =
      [
        Node(
          name: opener, lines: [Self.end(flow.sawOpening ? "opens" : "one end", names?.owner(of: opener))],
          isOutside: true)
      ]
      + stops.map(Node.init)
      + [
        Node(
          name: acceptor, lines: [Self.end(flow.sawOpening ? "accepts" : "other end", names?.owner(of: acceptor))],
          isOutside: true)
      ]
    links = nodes.indices.dropLast().map { _ in Link() }
    for (index, stop) in stops.enumerated() {
      guard index > 0 else { continue }
      let before = stops[index - 1]
      links[index].isTunnel = before.tunnelled.leaving && stop.tunnelled.entering
      if let old = before.leaving, let new = stop.entering { links[index].translation = old.change(to: new) }
    }
    count(summary, stops, unit)
    if let location { mark(location, stops) }
  }

  private static func end(_ deed: String, _ name: String?) -> String { name.map { "\($0) · \(deed)" } ?? deed }

  /// What was lost between stops, or inside one.
  private mutating func count(_ summary: FlowSummary, _ stops: [PathStop], _ unit: String) {
    for fromOpener in [true, false] {
      let path = summary.paths[fromOpener]
      for (place, next) in zip(path, path.dropFirst()) where place.lost > 0 {
        // Of how many is the finding's to say: it counts those that the loss could have hit.
        let text = "\(Wording.count(place.lost, unit)) lost"
        guard let from = stops.firstIndex(where: { $0.vantage == place.place.vantage }),
          let to = stops.firstIndex(where: { $0.vantage == next.place.vantage })
        else { continue }
        if from == to {
          nodes[from + 1].lines.append(text + " inside")
        } else {
          links[min(from, to) + 1].losses.append(from < to ? text + " →" : "← " + text)
        }
      }
    }
  }

  private mutating func mark(_ location: Location, _ stops: [PathStop]) {
    func node(_ name: VantageName?) -> Int? { stops.firstIndex { $0.name == name }.map { $0 + 1 } }
    switch (node(location.from), node(location.to)) {
    case (let from?, let to?) where from == to: nodes[from].isCulprit = true
    case (let from?, let to?): mark(min(from, to)..<max(from, to), right: from < to)
    case (let from?, nil) where location.to == nil:
      if from == 1, stops.count > 1 { mark(0..<1, right: false) } else { mark(from..<from + 1, right: true) }
    case (nil, let to?) where location.from == nil:
      if to == stops.count, stops.count > 1 { mark(to..<to + 1, right: false) } else { mark(to - 1..<to, right: true) }
    default: break
    }
  }

  private mutating func mark(_ range: Range<Int>, right: Bool) {
    for index in range where links.indices.contains(index) {
      links[index].isCulprit = true
      links[index].pointsRight = right
    }
  }
}

extension PathMap.Node {
  fileprivate init(_ stop: PathStop) {
    let roles = stop.roles.map(\.text).filter { $0 != stop.name.text }.joined(separator: ", ")
    let host = stop.host.text == stop.name.text ? "" : "on \(stop.host)"
    let place = [host, roles].filter { !$0.isEmpty }.joined(separator: " · ")
    name = stop.name.text
    lines = [place, Wording.count(stop.frames, "frame")].filter { !$0.isEmpty }
    translation = stop.translation
  }
}

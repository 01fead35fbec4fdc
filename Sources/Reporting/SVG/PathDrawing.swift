internal import Diagnoses

/// The path as a picture: hosts, translation, tunnels, and the culprit. Drawn twice, lying for a wide page and standing for a
/// narrow one.
struct PathDrawing {
  let map: PathMap
  /// What the culprit is called; nil where there is none.
  let culprit: String?
  /// What somebody who cannot see it is told.
  let label: String

  func markup() -> Markup {
    element("div", ["class": "path"], lying(), standing())
  }

  // MARK: lying

  private static let box = (width: 190.0, height: 84.0)
  private static let end = 14.0
  /// Where the boxes begin: above them the culprit is named.
  private var top: Double { culprit == nil ? 20 : 44 }

  /// Lines below the boxes that say what translation does.
  private var namesBelow: Int {
    let translations = map.nodes.map(\.translation) + map.links.map(\.translation)
    return translations.compactMap { $0.map { Self.lines(ofTranslation: $0).count } }.max() ?? 0
  }

  /// Half of what is written at the ends: it keeps off the boxes beside them.
  private var halfEnd: Double {
    let words = map.nodes.filter(\.isOutside).flatMap { [$0.name] + $0.lines.prefix(1) }
    return Double(min(Self.endRoom, words.map(\.count).max() ?? 0)) * 3.5
  }

  private static let endRoom = 30

  private func lying() -> Markup {
    let count = Double(map.nodes.count - 2)
    let margin = max(60, halfEnd + 4)
    let free = (1_130 - 2 * margin - count * Self.box.width) / (count + 1)
    let gap = max(66.0, min(150, free))
    let first = max(gap, halfEnd + 8)
    let width = 2 * (margin + first) + count * Self.box.width + (count - 1) * gap
    let middle = top + Self.box.height / 2
    let centers = map.nodes.indices.map { index -> Double in
      if index == 0 { return margin }
      let last = index == map.nodes.count - 1
      return last
        ? width - margin : margin + first + (Double(index) - 0.5) * Self.box.width + (Double(index) - 1) * gap
    }
    func half(_ index: Int) -> Double { map.nodes[index].isOutside ? Self.end : Self.box.width / 2 }
    var parts: [Markup] = []
    for (index, link) in map.links.enumerated() {
      let (start, stop) = (centers[index] + half(index), centers[index + 1] - half(index + 1))
      parts += lying(link, start, stop, middle)
    }
    for (index, node) in map.nodes.enumerated() {
      parts += node.isOutside ? outside(node, centers[index], middle) : inside(node, centers[index], top)
    }
    let losses = map.links.map { min(2, $0.losses.count) }.max() ?? 0
    let below = 10 + Double(namesBelow + losses) * 15
    return Drawing.picture(width, top + Self.box.height + below, "lying", label: label, parts)
  }

  private func lying(_ link: PathMap.Link, _ start: Double, _ stop: Double, _ y: Double) -> [Markup] {
    var parts: [Markup] = []
    let center = (start + stop) / 2
    if link.isTunnel { parts.append(Drawing.box(start, y - 8, stop - start, 16, "tunnel")) }
    parts.append(Drawing.line(start, y, stop, y, link.isCulprit ? "link culprit" : "link"))
    if link.isTunnel { parts.append(Drawing.text(center, y + 24, "tunnel", "small dim", anchor: "middle")) }
    if link.isCulprit {
      let right = link.pointsRight ?? true
      parts.append(Drawing.arrowhead(right ? stop : start, y, right: right, "culprit-fill", size: 12))
      parts.append(Drawing.cross(center, y, 9, "culprit-cross"))
      parts.append(tag(center, y - 50))
    }
    // Below the boxes there is room, behind what is written of a translation.
    let below = top + Self.box.height + 20
    for (row, loss) in link.losses.prefix(2).enumerated() {
      parts.append(
        Drawing.text(center, below + Double(namesBelow + row) * 15, loss, "small lost-text", anchor: "middle"))
    }
    if let translation = link.translation { parts += self.translation(translation, center, below) }
    return parts
  }

  private func inside(_ node: PathMap.Node, _ x: Double, _ y: Double) -> [Markup] {
    let (width, height) = Self.box
    var parts = [
      Drawing.box(x - width / 2, y, width, height, node.isCulprit ? "node culprit" : "node", round: 8),
      Drawing.text(x, y + 28, node.name, "name", anchor: "middle", room: 20),
    ]
    for (row, line) in node.lines.prefix(3).enumerated() {
      parts.append(
        Drawing.text(x, y + 48 + Double(row) * 15, line, "small dim", anchor: "middle", room: 28))
    }
    if node.isCulprit { parts.append(tag(x, y - 8)) }
    if let translation = node.translation { parts += self.translation(translation, x, y + height + 18) }
    return parts
  }

  private func outside(_ node: PathMap.Node, _ x: Double, _ y: Double) -> [Markup] {
    [
      Drawing.dot(x, y, Self.end, "end"),
      Drawing.text(x, y + 34, node.name, "small mono", anchor: "middle", room: Self.endRoom),
    ]
      + node.lines.prefix(1).map { Drawing.text(x, y - 24, $0, "small dim", anchor: "middle", room: Self.endRoom) }
  }

  private func tag(_ x: Double, _ y: Double) -> Markup {
    Drawing.text(x, y, "▼ " + (culprit ?? "here"), "tag", anchor: "middle")
  }

  private func translation(_ text: String, _ x: Double, _ y: Double, anchor: String = "middle") -> [Markup] {
    Self.lines(ofTranslation: text).enumerated().map { row, line in
      Drawing.text(x, y + Double(row) * 15, line, "small nat mono", anchor: anchor, room: 38)
    }
  }

  /// `a becomes b; c becomes d`, a name on each line.
  private static func lines(ofTranslation text: String) -> [String] {
    text.split(separator: "; ").prefix(2).flatMap { change -> [String] in
      let halves = String(change).split(separator: " becomes ").map(String.init)
      return halves.count == 2 ? ["NAT \(halves[0])", "→ \(halves[1])"] : [String(change)]
    }
  }

  // MARK: standing

  private static func standingHeight(_ node: PathMap.Node) -> Double {
    56 + 15 * Double(node.translation.map { lines(ofTranslation: $0).count } ?? 0)
  }

  private func standing() -> Markup {
    let width = 340.0
    var parts: [Markup] = []
    var y = 26.0
    for (index, node) in map.nodes.enumerated() {
      if node.isOutside {
        parts.append(Drawing.dot(60, y, Self.end, "end"))
        parts.append(Drawing.text(84, y - 3, node.name, "small mono", room: 36))
        parts += node.lines.prefix(1).map { Drawing.text(84, y + 13, $0, "small dim", room: 40) }
        y += Self.end
      } else {
        parts += standing(node, y)
        y += Self.standingHeight(node)
      }
      if map.links.indices.contains(index) {
        let link = map.links[index]
        let names = link.translation.map { Double(Self.lines(ofTranslation: $0).count) } ?? 0
        let length = 58 + max(0, names - (link.isCulprit ? 0 : 2)) * 15
        parts += standing(link, y, y + length)
        y += length + (map.nodes[index + 1].isOutside ? Self.end : 0)
      }
    }
    return Drawing.picture(width, y + 12, "standing", label: label, parts)
  }

  private func standing(_ node: PathMap.Node, _ y: Double) -> [Markup] {
    var parts = [
      Drawing.box(10, y, 320, Self.standingHeight(node), node.isCulprit ? "node culprit" : "node", round: 8),
      Drawing.text(24, y + 24, node.name, "name", room: node.isCulprit ? 14 : 34),
    ]
    if node.isCulprit {
      parts.append(Drawing.text(318, y + 23, "◀ " + (culprit ?? "here"), "tag", anchor: "end", room: 26))
    }
    parts.append(Drawing.text(24, y + 43, node.lines.joined(separator: " · "), "small dim", room: 50))
    if let translation = node.translation {
      parts += self.translation(translation, 24, y + 60, anchor: "start")
    }
    return parts
  }

  private func standing(_ link: PathMap.Link, _ start: Double, _ stop: Double) -> [Markup] {
    let x = 60.0
    var parts: [Markup] = []
    if link.isTunnel { parts.append(Drawing.box(x - 8, start, 16, stop - start, "tunnel")) }
    parts.append(Drawing.line(x, start, x, stop, link.isCulprit ? "link culprit" : "link"))
    let middle = (start + stop) / 2
    var words = link.isTunnel ? ["tunnel"] : []
    if link.isCulprit {
      parts.append(Drawing.cross(x, middle, 9, "culprit-cross"))
      let way = (link.pointsRight ?? true) ? "↓ " : "↑ "
      parts.append(Drawing.text(84, middle - 4, way + (culprit ?? "here"), "tag", room: 36))
    }
    words += link.losses.map {
      $0.replacing(" →", with: " ↓").replacing("← ", with: "↑ ")
    }
    if !words.isEmpty {
      parts.append(
        Drawing.text(
          84, middle + (link.isCulprit ? 14 : link.translation == nil ? 4 : -12), words.joined(separator: " · "),
          "small dim", room: 44))
    }
    if let translation = link.translation {
      parts += self.translation(translation, 84, middle + (link.isCulprit ? 28 : 3), anchor: "start")
    }
    return parts
  }
}

internal import CaseModel
internal import Correlation
internal import Diagnoses

/// A ladder as a picture: a line for every vantage, aligned time downwards, each packet from frame to frame, coloured by what
/// became of it. Behind each frame stands how far its clock may be off.
struct LadderDrawing {
  private let ladder: Ladder
  private let clock: CaseClock
  private let scale: LadderScale
  private let times: [String]
  /// Decimals of the finest of these.
  private let finest: Int
  private let notes: [[String]]
  private let columns: [Double]
  private let words: Double
  private let width: Double

  private static let timeWidth = 104.0
  private static let wordsWidth = 470.0
  private static let head = 96.0
  /// Characters of a note's line.
  private static let noteRoom = 66

  init(_ ladder: Ladder, _ clock: CaseClock) {
    self.ladder = ladder
    self.clock = clock
    let count = max(1, ladder.stops.count)
    let pitch = count <= 2 ? 240.0 : count == 3 ? 190 : 160
    columns = (0..<count).map { Self.timeWidth + pitch * (Double($0) + 0.5) }
    words = Self.timeWidth + pitch * Double(count) + 12
    width = words + Self.wordsWidth
    times = LadderTimes(ladder).texts
    finest = times.map(LadderTimes.decimals).max() ?? 0
    notes = ladder.rows.map { row in
      guard case .passage(let passage) = row else { return [] }
      return Self.notes(passage, ladder.stops)
    }
    scale = LadderScale(ladder, top: Self.head + 22, notes: notes.map(\.count))
  }

  func markup() -> Markup {
    let rows = ladder.rows.enumerated().map { row, content in
      switch content {
      case .fold(let fold): folded(fold, row)
      case .passage(let passage): drawn(passage, row)
      }
    }
    let label = "the connection \(ladder.flow) at \(Wording.count(ladder.stops.count, "vantage")), packet by packet"
    let whiskers = whiskers()
    let heads = heads()
    let parts = LadderPart.all(ladder, scale, notes: notes.map(\.count)).enumerated().map { number, part in
      let lifelines = columns.map {
        Drawing.line($0, number == 0 ? Self.head : part.top, $0, min(part.bottom, scale.bottom + 12), "lifeline")
      }
      let bars = whiskers.filter { $0.span.overlaps(part.top...part.bottom) }.map(\.bar)
      let isFold = { (row: Int) in if case .fold = ladder.rows[row] { true } else { false } }
      let content = part.rows.filter(isFold).map { rows[$0] } + bars + part.rows.filter { !isFold($0) }.map { rows[$0] }
      return Drawing.picture(
        width, part.bottom - part.top, "ladder", top: part.top, label: label,
        lifelines + (number == 0 ? heads : []) + content)
    }
    return element("div", ["class": "scroll ladder-frame"], parts)
  }

  // MARK: heads

  private func heads() -> [Markup] {
    ladder.stops.enumerated().flatMap { index, stop -> [Markup] in
      let x = columns[index]
      let bound =
        stop.bound.map { $0 == 0 ? "reference clock" : "clock " + CaseClock.text(bound: $0) } ?? "clock unknown"
      let host = stop.host.text == stop.name.text ? "" : "on \(stop.host)"
      var parts = [
        Drawing.text(x, 18, stop.name.text, "name", anchor: "middle", room: 20),
        Drawing.text(x, 34, host, "small dim", anchor: "middle", room: 26),
        Drawing.text(x, 50, bound, "small dim", anchor: "middle"),
        Drawing.text(x, 66, stop.files.first.map(Self.fileName) ?? "", "small mono dim", anchor: "middle", room: 24),
      ]
      if let translation = stop.translation {
        let end = translation.split(separator: " becomes ").last.map(String.init) ?? translation
        parts.append(Drawing.text(x, 84, "NAT → " + end, "small nat mono", anchor: "middle", room: 26))
      }
      return parts
    }
  }

  private static func fileName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

  // MARK: rows

  private func folded(_ fold: Ladder.Fold, _ row: Int) -> Markup {
    let y = scale.rows[row] + 4
    let height = LadderScale.foldHeight - 18
    return element(
      "g", ["class": "fold"],
      Drawing.box(0, y, width, height, "fold-band"),
      Drawing.text(12, y + 16, "⋮", "dim"),
      Markup(columns.map { Drawing.line($0, y, $0, y + height, "lifeline folded") }),
      Drawing.text(words, y + 16, fold.text, fold.lost > 0 ? "small lost-text" : "small dim", room: 74))
  }

  private func drawn(_ passage: Passage, _ row: Int) -> Markup {
    var parts = [element("title", [:], title(passage))]
    let y = scale.rows[row]
    parts.append(time(times[row], y + 4))
    for index in passage.sightings.indices.dropFirst() { parts += hop(passage, row, index) }
    if let toward = passage.toward { parts += end(passage, row, toward) }
    for index in passage.sightings.indices { parts += sighting(passage, row, index) }
    parts += said(passage, row)
    let style = "passage \(passage.style)" + (passage.isCited ? " cited" : "")
    return element("g", ["class": style], parts)
  }

  /// With all decimal points below each other.
  private func time(_ text: String, _ y: Double) -> Markup {
    let missing = finest - LadderTimes.decimals(text)
    return Drawing.text(Self.timeWidth - 14 - 6.6 * Double(missing), y, text, "small mono dim", anchor: "end")
  }

  private func hop(_ passage: Passage, _ row: Int, _ index: Int) -> [Markup] {
    let (a, b) = (passage.sightings[index - 1], passage.sightings[index])
    let (x1, y1) = (columns[a.stop], scale.y(row, index - 1))
    let (x2, y2) = (columns[b.stop], scale.y(row, index))
    guard x1 != x2 else { return [Drawing.line(x1, y1, x2, y2, "inside")] }
    let right = x2 > x1
    return [
      Drawing.line(x1, y1, x2 + (right ? -5 : 5), y2, "way"),
      Drawing.arrowhead(x2 + (right ? -3 : 3), y2, right: right, "head"),
      passage.kind == .reset ? Drawing.box((x1 + x2) / 2 - 4.5, (y1 + y2) / 2 - 4.5, 9, 9, "head") : .nothing,
    ]
  }

  private func end(_ passage: Passage, _ row: Int, _ toward: Int) -> [Markup] {
    guard let last = passage.sightings.last else { return [] }
    let (x1, y) = (columns[last.stop], scale.y(row, passage.sightings.count - 1))
    let away = toward == last.stop ? (passage.fromOpener ? 44.0 : -44) : (columns[toward] - x1) * 0.55
    let x2 = x1 + away
    let isLost = if case .lost = passage.ending { true } else { false }
    return [
      Drawing.line(x1, y, x2, y, isLost ? "way" : "way guessed"),
      isLost ? Drawing.cross(x2, y, 5, "cross") : Drawing.text(x2 + (away > 0 ? 3 : -9), y + 4, "?", "small guess"),
    ]
  }

  private func sighting(_ passage: Passage, _ row: Int, _ index: Int) -> [Markup] {
    let sighting = passage.sightings[index]
    let (x, y) = (columns[sighting.stop], scale.y(row, index))
    var parts: [Markup] = []
    let renamed = index > 0 && passage.isRenamed(at: index)
    parts.append(
      renamed
        ? void("path", ["class": "renamed", "d": Self.diamond(x, y)])
        : Drawing.dot(x, y, sighting.isCited ? 4 : 2.6, "frame"))
    // Two frames of one vantage that lie close share a label.
    if index > 0, passage.sightings[index - 1].stop == sighting.stop { return parts }
    let here = passage.sightings[index...].prefix { $0.stop == sighting.stop }
    let number = "#" + here.map { "\($0.frame)" }.joined(separator: "·")
    // Outside of the outer lines nothing is drawn. At others, the side that neither of its own lines touches: they come from above
    // and go on downwards.
    let isOuter = columns.count > 1 && (sighting.stop == 0 || sighting.stop == columns.count - 1)
    let left = isOuter ? sighting.stop == 0 : !passage.isRightward
    let style = here.contains(where: \.isCited) ? "number strong" : "number"
    parts.append(Drawing.text(x + (left ? -8 : 7), y - 4, number, style, anchor: left ? "end" : "start"))
    return parts
  }

  /// How far each clock may be off, around each frame: nothing for the reference's. What overlaps is drawn once.
  private func whiskers() -> [(span: ClosedRange<Double>, bar: Markup)] {
    ladder.stops.enumerated().flatMap { stop, place -> [(span: ClosedRange<Double>, bar: Markup)] in
      guard place.bound ?? 0 > 0 else { return [] }
      let seen = ladder.passages.flatMap(\.sightings).filter { $0.stop == stop }
      let times = seen.compactMap { sighting in sighting.time.map { ($0.nanoseconds, sighting.bound) } }
      var spans: [ClosedRange<Double>] = []
      for (time, bound) in times.sorted(by: { $0.0 < $1.0 }) {
        let reach = Int64(min(9e17, bound))
        let (above, below) = (scale.y(at: time &- reach), scale.y(at: time &+ reach))
        let span = min(above, below)...max(above, below)
        if let last = spans.last, last.upperBound >= span.lowerBound {
          spans[spans.count - 1] = last.lowerBound...max(last.upperBound, span.upperBound)
        } else {
          spans.append(span)
        }
      }
      return spans.map { span in
        let height = span.upperBound - span.lowerBound
        return (span, Drawing.box(columns[stop] - 4, span.lowerBound, 8, height, "whisker", round: 4))
      }
    }
  }

  private static func diamond(_ x: Double, _ y: Double) -> String {
    let n = Drawing.number
    return "M\(n(x)) \(n(y - 5))L\(n(x + 5)) \(n(y))L\(n(x)) \(n(y + 5))L\(n(x - 5)) \(n(y))Z"
  }

  // MARK: words

  private func said(_ passage: Passage, _ row: Int) -> [Markup] {
    let y = scale.rows[row]
    let way = passage.isRightward ? "→ " : "← "
    let label = Drawing.text(words, y + 4, way + passage.shortLabel, "label", room: 58)
    return [label]
      + notes[row].enumerated().map { line, note in
        Drawing.text(words + 16, y + 4 + Double(line + 1) * LadderScale.lineHeight, note, "note", room: 72)
      }
  }

  /// What findings say of it, at most eight lines.
  private static func notes(_ passage: Passage, _ stops: [PathStop]) -> [String] {
    let remarks = passage.remarks.isEmpty ? [] : [passage.remarks.joined(separator: ", ")]
    let said = passage.sightings.compactMap { $0.note(at: stops[$0.stop].name) }
    let lines = (remarks + said).flatMap { LadderText.wrapped($0, noteRoom) }
    return lines.count <= 8 ? lines : Array(lines.prefix(7)) + ["…"]
  }

  /// What hovering tells: every frame with its names and time.
  private func title(_ passage: Passage) -> String {
    let frames = passage.sightings.map { sighting in
      let stop = ladder.stops[sighting.stop]
      let time = sighting.time.map { " at \(clock.text($0, bound: stop.bound))" } ?? ""
      let inside = sighting.isInTunnel ? " in a tunnel" : ""
      return
        "\(stop.name): frame \(sighting.frame) of \(sighting.file), \(sighting.source) to \(sighting.destination)\(inside), TTL \(sighting.timeToLive)\(time)"
    }
    let end = passage.toward.map { toward in
      let stop = ladder.stops[toward].name
      if case .lost = passage.ending { return ["lost before \(stop)"] }
      return ["not seen at \(stop), which may have missed it"]
    }
    return ([passage.fullLabel, passage.header].filter { !$0.isEmpty } + frames + (end ?? [])).joined(separator: ". ")
  }
}

extension Passage {
  /// Stops stand in the opener's direction.
  fileprivate var isRightward: Bool {
    guard let first = sightings.first?.stop, let last = sightings.last?.stop, first != last else { return fromOpener }
    return last > first
  }

  /// Whether it changes its name on its way.
  var isRenamed: Bool { sightings.indices.dropFirst().contains(where: isRenamed) }

  fileprivate func isRenamed(at index: Int) -> Bool {
    let (a, b) = (sightings[index - 1], sightings[index])
    return a.source != b.source || a.destination != b.destination
  }

  /// What colours it, by class.
  var style: String {
    switch ending {
    case .lost: "lost"
    case .unknown: "unknown"
    case .arrived: isStray ? "stray" : kind == .reset ? "reset" : kind == .acknowledgment ? "quiet" : "plain"
    }
  }
}

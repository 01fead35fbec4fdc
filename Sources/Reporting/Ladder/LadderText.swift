internal import CaseModel
internal import Correlation
internal import Diagnoses

/// A ladder as text: a column for every vantage, time downwards, each packet a line from frame number to frame number.
///
/// A number in brackets is cited by a finding. Colour only repeats what the signs say.
struct LadderText {
  struct Style {
    /// Columns of the page; what is narrower than 40 is taken for 40.
    var width = 100
    var color = false
    /// Whether what findings say of cited frames stands below them.
    var explains = false
  }

  private let ladder: Ladder
  private let style: Style
  private let width: Int
  /// The last column of the time.
  private let timeWidth: Int
  private let times: [String]
  /// Decimals of the finest of these: the points stand below each other.
  private let finest: Int
  /// The column of each stop.
  private let columns: [Int]
  /// Where labels begin; nil where they stand on a line of their own, for want of room.
  private let labelColumn: Int?
  private let paint: Paint

  init(_ ladder: Ladder, _ style: Style) {
    self.ladder = ladder
    self.style = style
    width = min(400, max(40, style.width))
    paint = Paint(isOn: style.color)
    times = LadderTimes(ladder).texts
    finest = times.map(LadderTimes.decimals).max() ?? 0
    timeWidth = 2 + finest + (times.map { $0.count - LadderTimes.decimals($0) }.max() ?? 0)
    let count = max(1, ladder.stops.count)
    let room = width - timeWidth
    let share = min(60, max(room * 2 / 5, room - count * 18))
    // Words are cut only where the columns need the room.
    let words = ladder.rows.map(\.textLength).max() ?? 0
    let beside = max(share, min(60, words, room - count * 14))
    let fits = room - beside >= count * (beside > share ? 14 : 16)
    labelColumn = fits ? width - beside : nil
    let span = (fits ? room - beside : room) - 2
    let timeWidth = timeWidth
    columns = (0..<count).map { timeWidth + span * (2 * $0 + 1) / (2 * count) }
  }

  func lines() -> [String] {
    header() + ladder.rows.enumerated().flatMap { row($0, $1) }
  }

  // MARK: lines

  private func header() -> [String] {
    let rows: [[String]] = [
      ladder.stops.map { $0.name.text },
      ladder.stops.map { $0.host.text == $0.name.text ? "" : $0.host.text },
      ladder.stops.map { $0.bound.map { $0 == 0 ? "reference" : CaseClock.text(bound: $0) } ?? "clock unknown" },
    ]
    return rows.enumerated().compactMap { position, texts in
      guard texts.contains(where: { !$0.isEmpty }) else { return nil }
      var line = TextLine(width: width)
      let room = columns.count > 1 ? columns[1] - columns[0] - 1 : width - timeWidth
      for (column, text) in zip(columns, texts) {
        line.center(Self.cut(SafeText.visible(text), room), at: column, position == 0 ? .strong : .faint)
      }
      return line.text(paint)
    }
  }

  private func row(_ position: Int, _ row: Ladder.Row) -> [String] {
    switch row {
    case .fold(let fold): return [self.fold(fold)]
    case .passage(let passage): return self.passage(passage, time: times[position])
    }
  }

  private func fold(_ fold: Ladder.Fold) -> String {
    var line = TextLine(width: width)
    for column in columns { line.put("┊", at: column, .faint) }
    line.put(Self.cut(fold.text, width - timeWidth), at: labelColumn ?? timeWidth, .faint)
    return line.text(paint)
  }

  private func passage(_ passage: Passage, time: String) -> [String] {
    var line = TextLine(width: width)
    line.put(time, at: timeWidth - 2 - time.count - (finest - LadderTimes.decimals(time)), .faint)
    for column in columns { line.put("│", at: column, .faint) }
    draw(passage, on: &line)
    let label = passage.fullLabel
    var lines: [String] = []
    if let labelColumn {
      line.put(Self.cut(label, width - labelColumn), at: labelColumn, passage.labelInk)
    } else {
      var above = TextLine(width: width)
      above.put(Self.cut(label, width - timeWidth), at: timeWidth, passage.labelInk)
      lines.append(above.text(paint))
    }
    lines.append(line.text(paint))
    return style.explains ? lines + explanations(passage) : lines
  }

  private func draw(_ passage: Passage, on line: inout TextLine) {
    let marks = passage.marks
    for (here, next) in zip(marks, marks.dropFirst()) {
      line.run(from: columns[here.stop], to: columns[next.stop], passage.kind == .reset ? "━" : "─", passage.ink)
    }
    if let last = marks.last, let toward = passage.toward {
      let target = columns[toward]
      let start = columns[last.stop]
      let middle = toward == last.stop ? start + (passage.fromOpener ? 6 : -6) : (start + target) / 2
      let isLost = if case .lost = passage.ending { true } else { false }
      line.run(from: start, to: middle, isLost ? passage.kind == .reset ? "━" : "─" : "╌", passage.ink)
      line.put(isLost ? "✗" : "?", at: middle, passage.ink)
    }
    for (position, mark) in marks.enumerated() {
      let comes = position > 0 ? marks[position - 1].stop : nil
      line.mark(mark.text, at: columns[mark.stop], from: comes.map { columns[$0] }, passage.ink)
    }
  }

  private func explanations(_ passage: Passage) -> [String] {
    passage.sightings.compactMap { $0.note(at: ladder.stops[$0.stop].name) }.flatMap { note in
      Self.wrapped(note, width - timeWidth).map { part in
        var line = TextLine(width: width)
        line.put(part, at: timeWidth, .faint)
        return line.text(paint)
      }
    }
  }

  // MARK: text

  static func cut(_ text: String, _ room: Int) -> String {
    text.count <= room ? text : String(text.prefix(max(0, room - 1))) + "…"
  }

  static func wrapped(_ text: String, _ room: Int) -> [String] {
    var lines: [String] = [""]
    for word in text.split(separator: " ") {
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if columns(last) + 1 + columns(word) <= room {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append("  " + word)
      }
      breakLast(of: &lines, room)
    }
    return lines.map { cut($0, room) }
  }

  /// Between any two characters where a script has no spaces.
  private static func breakLast(of lines: inout [String], _ room: Int) {
    while let last = lines.last, last.contains(where: \.isWide), columns(last) > room {
      var taken = 0
      let head = last.prefix { character in
        taken += character.isWide ? 2 : 1
        return taken <= room
      }
      guard !head.isEmpty else { return }
      lines[lines.count - 1] = String(head)
      lines.append("  " + last.dropFirst(head.count))
    }
  }

  private static func columns(_ text: some StringProtocol) -> Int { text.reduce(0) { $0 + ($1.isWide ? 2 : 1) } }
}

extension Character {
  /// Ideographs and their punctuation take two columns.
  var isWide: Bool {
    unicodeScalars.first.map { (0x2e80...0x9fff).contains($0.value) || (0xff00...0xff60).contains($0.value) } ?? false
  }
}

extension Sighting {
  /// `F1 server 65: it passes here and never comes to the next capture`; nil where nothing is said of it. What the leading finding
  /// says stands for all.
  func note(at stop: VantageName) -> String? {
    guard let first = says.first else { return nil }
    let others = says.dropFirst().map(\.finding).filter { $0 != first.finding }
    let ids = [first.finding] + others.enumerated().filter { others.firstIndex(of: $1) == $0 }.map(\.element)
    let text = "\(ids.joined(separator: ", ")) \(stop) \(frame): \(first.sentence)"
    return SafeText.visible(text.replacing("`", with: ""))
  }
}

extension Passage {
  /// With what the label alone does not tell.
  var fullLabel: String { ([shortLabel] + remarks).joined(separator: ", ") }

  /// With what became of it.
  var shortLabel: String {
    if let told { return told.label }
    let count = pieces > 1 ? " ×\(pieces)" : ""
    return switch ending {
    case .lost: label + count + ", lost"
    case .unknown: label + count + ", not seen further on"
    case .arrived: label + count
    }
  }

  /// What is odd about it.
  var remarks: [String] { told?.remarks ?? (isStray ? ["under a foreign name"] : []) + (original.map { [$0] } ?? []) }

  /// The stop that it did not get to, or is not known to have got to.
  var toward: Int? {
    switch ending {
    case .arrived: nil
    case .lost(let toward), .unknown(let toward): toward
    }
  }

  /// Its frames, those at one stop together.
  fileprivate var marks: [(stop: Int, text: String)] {
    var marks: [(stop: Int, text: String)] = []
    for sighting in sightings {
      let text = sighting.isCited ? "[\(sighting.frame)]" : "\(sighting.frame)"
      if let last = marks.indices.last, marks[last].stop == sighting.stop {
        marks[last].text += "·" + text
      } else {
        marks.append((sighting.stop, text))
      }
    }
    return marks
  }

  fileprivate var ink: Ink {
    switch ending {
    case .lost: .lost
    case .unknown: .unknown
    case .arrived: isStray ? .stray : kind == .reset ? .reset : .plain
    }
  }

  fileprivate var labelInk: Ink { isCited ? .strong : ink }
}

extension Ladder.Row {
  /// Characters of the words beside it.
  fileprivate var textLength: Int {
    switch self {
    case .fold(let fold): fold.text.count
    case .passage(let passage): passage.fullLabel.count
    }
  }
}

extension Ladder.Fold {
  /// `214 packets in 1.24 s, 3 lost`.
  var text: String {
    if let told { return told }
    let count = packets.fromOpener + packets.fromAcceptor
    var text = count == 0 ? "nothing" : Wording.count(count, "packet")
    if let length { text += (count == 0 ? " for " : " in ") + Wording.duration(nanoseconds: length) }
    if lost > 0 { text += ", \(Wording.grouped(Int64(lost))) lost" }
    if unknown > 0 { text += ", \(Wording.grouped(Int64(unknown))) not seen further on" }
    return text
  }
}

/// The times of a ladder's rows, in seconds since its first. Where the clock may be off, they go one decimal further than it is sure
/// of, and say so: rows of one host are mostly nearer to each other than the clocks of two hosts can tell.
struct LadderTimes {
  /// `+0.000028`, or `≈0.00003`; one per row, empty for a fold.
  let texts: [String]

  init(_ ladder: Ladder) {
    texts = ladder.rows.map { row in
      guard case .passage(let passage) = row, let origin = ladder.origin, let time = passage.time else { return "" }
      let bound = passage.sightings.first.map { ladder.apart[$0.stop] } ?? 0
      let seconds = Double(time.since(origin)) / 1e9
      let digits = CaseClock.digits(bound)
      let sign = (digits < 6 ? "≈" : "") + (seconds < 0 ? "-" : digits < 6 ? "" : "+")
      return sign + Wording.decimal(seconds.magnitude, digits: min(6, digits + 1))
    }
  }

  static func decimals(_ text: String) -> Int { text.firstIndex(of: ".").map { text[$0...].count - 1 } ?? 0 }
}

extension Ladder {
  /// The stop of the first sighting.
  var firstStop: Int? { passages.first?.sightings.first?.stop }
}

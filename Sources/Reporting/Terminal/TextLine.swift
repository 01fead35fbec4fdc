/// What a piece of a line means; on a terminal, its colour.
enum Ink: Sendable { case none, plain, strong, faint, lost, unknown, stray, reset }

/// One line of fixed width that is drawn on.
struct TextLine {
  private var cells: [(character: Character, ink: Ink)]

  init(width: Int) { cells = Array(repeating: (" ", .none), count: max(0, width)) }

  /// What lies outside the line is not drawn.
  mutating func put(_ text: String, at column: Int, _ ink: Ink) {
    for (offset, character) in text.enumerated() where cells.indices.contains(column + offset) {
      cells[column + offset] = (character, ink)
    }
  }

  mutating func center(_ text: String, at column: Int, _ ink: Ink) { put(text, at: column - text.count / 2, ink) }

  /// All cells from one column to another, both ends included.
  mutating func run(from start: Int, to end: Int, _ character: Character, _ ink: Ink) {
    for column in min(start, end)...max(start, end) where cells.indices.contains(column) {
      cells[column] = (character, ink)
    }
  }

  /// A frame's number at a stop, with an arrowhead on the side that the packet comes from.
  mutating func mark(_ text: String, at column: Int, from start: Int?, _ ink: Ink) {
    let first = column - text.count / 2
    put(text, at: first, ink)
    guard let start, start != column else { return }
    put(start < column ? "▶" : "◀", at: start < column ? first - 1 : first + text.count, ink)
  }

  /// Without the blanks at its end.
  func text(_ paint: Paint) -> String {
    let end = cells.lastIndex { $0.character != " " }.map { $0 + 1 } ?? 0
    var text = ""
    var start = 0
    while start < end {
      let ink = cells[start].ink
      let stop = cells[start..<end].firstIndex { $0.ink != ink } ?? end
      text += paint.ink(String(cells[start..<stop].map(\.character)), ink)
      start = stop
    }
    return text
  }
}

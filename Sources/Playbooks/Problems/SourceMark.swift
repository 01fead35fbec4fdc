/// A place in the author's text, both 1-based. Columns count Unicode scalars, as an editor shows them.
public struct SourceMark: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let line: Int
  public let column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  public static func < (a: Self, b: Self) -> Bool { (a.line, a.column) < (b.line, b.column) }
  public var description: String { "\(line):\(column)" }
}

/// A value and where the author wrote it, so that a later message can point there.
public struct Marked<Value: Hashable & Sendable>: Hashable, Sendable {
  public let value: Value
  public let mark: SourceMark

  public init(_ value: Value, _ mark: SourceMark) {
    self.value = value
    self.mark = mark
  }
}

extension Marked: Comparable where Value: Comparable {
  public static func < (a: Self, b: Self) -> Bool { a.value < b.value }
}

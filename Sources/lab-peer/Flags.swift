/// What stands behind a subcommand: `--name value` or, for those that take none, `--name`.
struct Flags {
  private var values: [String: String] = [:]
  private static let switches: Set<String> = ["unseen", "post"]

  init(_ words: ArraySlice<String>) throws {
    var rest = words
    while let word = rest.popFirst() {
      guard word.hasPrefix("--") else { throw UsageError(says: "`\(word)` is not a flag") }
      let name = String(word.dropFirst(2))
      guard !Self.switches.contains(name) else {
        values[name] = ""
        continue
      }
      guard let value = rest.popFirst() else { throw UsageError(says: "`\(word)` wants a value") }
      values[name] = value
    }
  }

  func has(_ name: String) -> Bool { values[name] != nil }

  func text(_ name: String) throws -> String {
    guard let value = values[name] else { throw UsageError(says: "`--\(name)` is missing") }
    return value
  }

  func number(_ name: String, or standard: Int) throws -> Int {
    guard let text = values[name] else { return standard }
    guard let number = Int(text), number >= 0 else { throw UsageError(says: "`--\(name) \(text)` is no number") }
    return number
  }

  /// `600000-1200000`.
  func range(_ name: String, or standard: ClosedRange<Int>) throws -> ClosedRange<Int> {
    guard let text = values[name] else { return standard }
    let bounds = text.split(separator: "-").compactMap { Int($0) }
    guard bounds.count == 2, bounds[0] <= bounds[1] else {
      throw UsageError(says: "`--\(name) \(text)` is no range MIN-MAX")
    }
    return bounds[0]...bounds[1]
  }

  /// Parts between commas, at least one.
  func list(_ name: String, or standard: String) throws -> [String] {
    let parts = (values[name] ?? standard).split(separator: ",").map(String.init)
    guard !parts.isEmpty else { throw UsageError(says: "`--\(name)` is empty") }
    return parts
  }

  /// Seconds until the program ends by itself; an hour if not said.
  func lifetime() throws -> Duration { .seconds(try number("for", or: 3600)) }
}

struct UsageError: Error, CustomStringConvertible {
  let says: String
  var description: String { says }
}

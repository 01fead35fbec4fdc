import Foundation

/// What a page is made of, read strictly: every element closed in its turn, every attribute quoted, no stray mark.
struct PageOutline {
  private(set) var elements: Set<String> = []
  private(set) var attributes: Set<String> = []
  /// Values of attributes that could load or lead somewhere.
  private(set) var links: [String] = []
  private(set) var ids: [String] = []
  /// Text of each heading, with its level in front.
  private(set) var headings: [String] = []
  /// Content of `style` and `script`.
  private(set) var assets: [String: String] = [:]

  struct Malformed: Error {
    let what: String
  }

  init(_ page: String) throws {
    var open: [String] = []
    var rest = page[...]
    if rest.hasPrefix("<!doctype html>") { rest = rest.dropFirst(15) }
    while let start = rest.firstIndex(of: "<") {
      try note(text: String(rest[..<start]), inside: open)
      guard let end = rest[start...].firstIndex(of: ">") else { throw Malformed(what: "an open tag") }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("/") {
        guard open.popLast() == String(tag.dropFirst()) else {
          throw Malformed(what: "</\(tag.dropFirst())> in \(open)")
        }
      } else if tag.hasSuffix("/") {
        try note(tag: String(tag.dropLast()))
      } else {
        let name = try note(tag: String(tag))
        open.append(name)
        guard name == "style" || name == "script", let close = rest.range(of: "</\(name)>") else { continue }
        assets[name] = String(rest[..<close.lowerBound])
        rest = rest[close.lowerBound...]
      }
    }
    guard open.isEmpty else { throw Malformed(what: "never closed: \(open)") }
  }

  private mutating func note(text: String, inside open: [String]) throws {
    if text.contains(">") || text.contains("\"") { throw Malformed(what: "a bare mark in \(text)") }
    guard let heading = open.last(where: { ["h1", "h2", "h3"].contains($0) }) else { return }
    if headings.isEmpty || !headings[headings.count - 1].hasPrefix("\(heading) ") || open.last == heading && pending {
      headings.append("\(heading) \(text)")
    } else {
      headings[headings.count - 1] += text
    }
    pending = false
  }

  private var pending = false

  @discardableResult
  private mutating func note(tag: String) throws -> String {
    let name = String(tag.prefix { $0 != " " })
    elements.insert(name)
    if ["h1", "h2", "h3"].contains(name) { pending = true }
    var rest = tag.dropFirst(name.count)
    while let equals = rest.range(of: "=\"") {
      let attribute = rest[..<equals.lowerBound].drop { $0 == " " }
      guard !attribute.isEmpty, attribute.allSatisfy({ $0.isLetter || $0 == "-" || $0.isNumber }),
        let quote = rest[equals.upperBound...].firstIndex(of: "\"")
      else { throw Malformed(what: "an attribute in <\(tag)>") }
      let value = String(rest[equals.upperBound..<quote])
      attributes.insert(String(attribute))
      if ["href", "src", "action", "srcset", "data", "xlink:href"].contains(String(attribute)) { links.append(value) }
      if attribute == "id" { ids.append(value) }
      rest = rest[rest.index(after: quote)...]
    }
    guard rest.allSatisfy({ $0 == " " }) else { throw Malformed(what: "<\(tag)>") }
    return name
  }
}

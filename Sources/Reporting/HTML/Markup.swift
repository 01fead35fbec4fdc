internal import Diagnoses

/// HTML or SVG that is well formed, whatever a case says: names of elements and attributes are the program's own literals, and text
/// can come in only through what escapes it. Written so that it is XML, too.
struct Markup: Sendable {
  fileprivate(set) var source: String

  /// Running text. Characters that act without being seen become visible escapes.
  init(_ text: String) { source = Self.escaped(SafeText.visible(text)) }

  init(_ parts: [Markup]) { source = parts.map(\.source).joined() }

  fileprivate init(source: String) { self.source = source }

  static let nothing = Markup(source: "")
  static let lineFeed = Markup(source: "\n")

  /// What this program itself ships: a style sheet or a script.
  static func asset(_ name: StaticString, _ bytes: [UInt8]) -> Markup {
    Markup(source: "<\(name)>\(String(decoding: bytes, as: UTF8.self))</\(name)>")
  }

  static func + (a: Markup, b: Markup) -> Markup { Markup(source: a.source + b.source) }
  static func += (a: inout Markup, b: Markup) { a.source += b.source }

  /// The text that `escaped` made this of.
  static func unescaped(_ source: String) -> String {
    guard source.contains("&") else { return source }
    return [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")].reduce(source) {
      $0.replacing($1.0, with: $1.1)
    }
  }

  static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: isActive) else { return text }
    var shown = ""
    shown.reserveCapacity(text.utf8.count + 16)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": shown += "&amp;"
      case "<": shown += "&lt;"
      case ">": shown += "&gt;"
      case "\"": shown += "&quot;"
      case "'": shown += "&#39;"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }

  private static func isActive(_ byte: UInt8) -> Bool { [0x22, 0x26, 0x27, 0x3c, 0x3e].contains(byte) }
}

typealias Attributes = KeyValuePairs<StaticString, String>

/// An element. Attributes take numbers and the program's own words; `href` takes only anchors of the same page.
func element(_ name: StaticString, _ attributes: Attributes = [:], _ children: Markup...) -> Markup {
  element(name, attributes, children)
}

func element(_ name: StaticString, _ attributes: Attributes = [:], _ children: [Markup]) -> Markup {
  Markup(source: "<\(name)\(text(of: attributes))>\(children.map(\.source).joined())</\(name)>")
}

/// An element that holds text alone.
func element(_ name: StaticString, _ attributes: Attributes = [:], _ text: String) -> Markup {
  element(name, attributes, [Markup(text)])
}

/// An element without content: `meta`, `input`, and all of SVG that is only drawn.
func void(_ name: StaticString, _ attributes: Attributes = [:]) -> Markup {
  Markup(source: "<\(name)\(text(of: attributes))/>")
}

private func text(of attributes: Attributes) -> String {
  attributes.map { " \($0.key)=\"\(Markup.escaped(SafeText.visible($0.value)))\"" }.joined()
}

extension Markup {
  /// A sentence in which what stands between backticks is code.
  static func prose(_ text: String) -> Markup {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    return Markup(
      parts.enumerated().map { position, part in
        let isCode = !position.isMultiple(of: 2) && position < parts.count - 1
        return isCode ? code(part) : Markup(part)
      })
  }

  static func code(_ text: String) -> Markup { element("code", [:], text) }

  /// Some of a list, separated as sentences do.
  static func list(_ items: [Markup]) -> Markup {
    guard let last = items.last, items.count > 1 else { return items.first ?? .nothing }
    let head = items.dropLast().enumerated().map { $0 == 0 ? $1 : Markup(", ") + $1 }
    return Markup(head) + Markup(" and ") + last
  }

  static func items(_ items: [Markup]) -> Markup { element("ul", [:], items.map { element("li", [:], $0) }) }

  /// A table that scrolls sideways where the page is narrow.
  static func table(_ header: [String], _ rows: [[Markup]], class style: String = "") -> Markup {
    let head = element("tr", [:], header.map { element("th", ["scope": "col"], prose($0)) })
    // On a narrow page a row's cells stand below each other, each with its column's name.
    let body = rows.map { row in
      element("tr", [:], zip(row, header).map { element("td", ["data-label": String($1.prefix { $0 != "(" })], $0) })
    }
    return element(
      "div", ["class": "scroll"],
      element("table", ["class": style], element("thead", [:], head), element("tbody", [:], body)))
  }
}

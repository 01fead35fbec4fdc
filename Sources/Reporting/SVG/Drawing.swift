internal import Diagnoses

/// The shapes that drawings are made of. Colours come from the page's style sheet, by class.
enum Drawing {
  static func number(_ value: Double) -> String {
    let text = Wording.decimal(value, digits: 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) -> Markup {
    void(
      "line", ["class": style, "x1": number(x1), "y1": number(y1), "x2": number(x2), "y2": number(y2)])
  }

  static func box(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String, round: Double = 0
  ) -> Markup {
    void(
      "rect",
      [
        "class": style, "x": number(x), "y": number(y), "width": number(max(0, width)),
        "height": number(max(0, height)),
        "rx": number(round),
      ])
  }

  static func dot(_ x: Double, _ y: Double, _ radius: Double, _ style: String) -> Markup {
    void("circle", ["class": style, "cx": number(x), "cy": number(y), "r": number(radius)])
  }

  /// A triangle that points along the x axis.
  static func arrowhead(_ x: Double, _ y: Double, right: Bool, _ style: String, size: Double = 7) -> Markup {
    let back = x + (right ? -size : size)
    let path =
      "M\(number(x)) \(number(y))L\(number(back)) \(number(y - size / 2))L\(number(back)) \(number(y + size / 2))Z"
    return void("path", ["class": style, "d": path])
  }

  static func cross(_ x: Double, _ y: Double, _ size: Double, _ style: String) -> Markup {
    let (l, r, t, b) = (number(x - size), number(x + size), number(y - size), number(y + size))
    return void("path", ["class": style, "d": "M\(l) \(t)L\(r) \(b)M\(l) \(b)L\(r) \(t)"])
  }

  /// A word or a line of words, cut to its room. The whole of it is in its title.
  static func text(
    _ x: Double, _ y: Double, _ text: String, _ style: String, anchor: String = "start", room: Int = .max
  ) -> Markup {
    let shown = LadderText.cut(text, room)
    let title = shown == text ? Markup.nothing : element("title", [:], text)
    return element(
      "text", ["class": style, "x": number(x), "y": number(y), "text-anchor": anchor], title, Markup(shown))
  }

  /// - Parameters:
  ///   - top: where on its own scale it begins.
  ///   - label: what somebody who cannot see it is told.
  static func picture(
    _ width: Double, _ height: Double, _ style: String, top: Double = 0, label: String, _ parts: [Markup]
  ) -> Markup {
    element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "class": style, "role": "img", "aria-label": label,
        "viewBox": "0 \(number(top)) \(number(width)) \(number(height))", "width": number(width),
        "height": number(height),
      ], parts)
  }
}

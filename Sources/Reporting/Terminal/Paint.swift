internal import CaseModel

/// ECMA-48 colours, where they are wanted.
struct Paint {
  let isOn: Bool

  func verdict(_ verdict: FindingsDocument.Verdict, _ text: String) -> String {
    switch verdict {
    case .rootCause: wrap(text, "1;31")
    case .healthy: wrap(text, "1;32")
    case .inconclusive: wrap(text, "1;33")
    }
  }

  func faint(_ text: String) -> String { wrap(text, "2") }

  func ink(_ text: String, _ ink: Ink) -> String {
    switch ink {
    case .none: text
    case .plain: wrap(text, "36")
    case .strong: wrap(text, "1")
    case .faint: wrap(text, "2")
    case .lost: wrap(text, "1;31")
    case .unknown: wrap(text, "33")
    case .stray: wrap(text, "35")
    case .reset: wrap(text, "1")
    }
  }

  private func wrap(_ text: String, _ code: String) -> String { isOn ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text }
}

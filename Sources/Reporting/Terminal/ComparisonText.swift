public import Diagnoses

/// Two dialogues side by side, down to where they part and a little further.
public struct ComparisonText {
  private let width: Int
  /// Words of messages are shown only where somebody asked for them.
  private let showsWords: Bool
  private static let before = 4
  private static let behind = 5

  public init(width: Int, showsWords: Bool) {
    self.width = min(max(60, width), 240)
    self.showsWords = showsWords
  }

  public func text(_ comparison: DialogueComparison, names: (left: String, right: String)) -> String {
    let (left, right) = (comparison.left, comparison.right)
    var lines = [row(title(left, names.left), title(right, names.right), mark: " ")]
    let count = max(left.steps.count, right.steps.count)
    let parting = comparison.parting?.step ?? count
    let first = max(0, min(parting, count) - Self.before)
    if first > 0 { lines.append("  ... \(Wording.count(first, "step")) alike") }
    for number in first..<min(count, parting + Self.behind) {
      let mark = number == parting ? ">" : number > parting ? " " : "="
      lines.append(row(cell(left, number), cell(right, number), mark: mark))
      if showsWords, number <= parting { lines += words(left, right, number) }
    }
    return (lines + ["", SafeText.visible(conclusion(comparison))]).joined(separator: "\n")
  }

  private func title(_ account: DialogueAccount, _ name: String) -> String {
    "\(name) \(account.flow) at \(account.vantage): \(account.opener) to \(account.acceptor)"
  }

  private func row(_ left: String, _ right: String, mark: String) -> String {
    let half = (width - 3) / 2
    let (left, right) = (SafeText.visible(left), SafeText.visible(right))
    let line =
      "\(mark) \(cut(left, half))" + String(repeating: " ", count: max(1, half - left.count)) + " \(cut(right, half))"
    return String(line.reversed().drop { $0 == " " }.reversed())
  }

  private func cut(_ text: String, _ length: Int) -> String {
    text.count <= length ? text : text.prefix(length - 3) + "..."
  }

  private func cell(_ account: DialogueAccount, _ number: Int) -> String {
    guard number < account.steps.count else { return "-" }
    let step = account.steps[number]
    let time = number == 0 ? "" : "+\(Wording.duration(nanoseconds: step.after))"
    let frame = step.frame == 0 ? "" : " (frame \(step.frame))"
    return
      "\(time)\(String(repeating: " ", count: max(1, 10 - time.count)))\(step.fromOpener ? "->" : "<-") \(deed(step))\(frame)"
  }

  private func deed(_ step: DialogueAccount.Step) -> String {
    switch step.kind {
    case .opens: "opens"
    case .accepts: "accepts"
    case .closes: "closes"
    case .resets: "resets"
    case .says(let bytes): Wording.count(Int(clamping: bytes), "byte")
    case .nothing: "nothing more"
    }
  }

  private func words(_ left: DialogueAccount, _ right: DialogueAccount, _ number: Int) -> [String] {
    let said = [left, right].map { number < $0.steps.count ? $0.steps[number].bytes : [] }
    let alike = zip(said[0], said[1]).prefix { $0 == $1 }.count
    let shown = said.map { words($0, from: alike) }
    return shown == ["", ""] ? [] : [row("          \(shown[0])", "          \(shown[1])", mark: " ")]
  }

  /// From a little before where they differ: how they begin is the same.
  private func words(_ bytes: [UInt8], from place: Int) -> String {
    let start = place > 24 && place < bytes.count ? place - 12 : 0
    let text = bytes[start...].prefix(240).map { (32...126).contains($0) ? Character(Unicode.Scalar($0)) : "." }
    return (start > 0 ? "..." : "") + String(text)
  }

  // MARK: the last line

  private func conclusion(_ comparison: DialogueComparison) -> String {
    guard let parting = comparison.parting else { return "the two dialogues are the same" }
    let step = parting.step
    let what =
      switch parting.in {
      case .deed: ""
      case .content: "the two say something else: "
      case .delay: "one is late: "
      }
    return
      "they part at step \(step + 1): \(what)left, \(sentence(comparison.left, step)); right, \(sentence(comparison.right, step))"
  }

  private func sentence(_ account: DialogueAccount, _ number: Int) -> String {
    guard number < account.steps.count else { return "there is nothing more" }
    let step = account.steps[number]
    let after = Wording.duration(nanoseconds: step.after)
    let who = step.fromOpener ? account.opener : account.acceptor
    return switch step.kind {
    case .nothing: "nobody says anything more in the \(after) until the end"
    case .says: "\(who) says \(deed(step)) after \(after)"
    default: "\(who) \(deed(step)) after \(after)"
    }
  }
}

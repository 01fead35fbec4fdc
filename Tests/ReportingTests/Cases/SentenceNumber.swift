import Foundation

/// A number of a sentence.
enum SentenceNumber: Hashable {
  case integer(Int64)
  /// Nanoseconds; `digits` after the point of that, mostly negative.
  case duration(Double, digits: Int)
  case percent(Double, digits: Int)
  case decimal(String)
  case endpoint(String)
  case frame(String, Int)

  static func all(in sentence: String) -> [SentenceNumber] {
    var numbers: [SentenceNumber] = []
    var words = sentence.split(separator: " ").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "()`;,.:'")) }
    for place in words.indices {
      let next = place + 1 < words.count ? words[place + 1] : ""
      if words[place] == "frame", place > 0, let number = Int(next) {
        numbers.append(.frame(words[place - 1], number))
        words[place + 1] = ""
      } else if next == "to", place + 3 < words.count, words[place + 3] == "%" || words[place + 3] == "s" {
        // `4.23 to 18.4 %` has its unit once.
        if let number = number(words[place], words[place + 3]) { numbers.append(number) }
      } else if let number = number(words[place], next) {
        numbers.append(number)
      }
    }
    return numbers
  }

  private static func number(_ word: String, _ unit: String) -> SentenceNumber? {
    guard word.contains(where: \.isNumber) else { return nil }
    if word.contains(":") || word.split(separator: ".").count == 4 { return .endpoint(word) }
    let plain = word.replacing(",", with: "")
    guard let value = Double(plain) else { return nil }
    let digits = plain.split(separator: ".").dropFirst().first?.count ?? 0
    switch unit {
    case "%": return .percent(value, digits: digits)
    case "s": return .duration(value * 1e9, digits: digits - 9)
    case "ms": return .duration(value * 1e6, digits: digits - 6)
    case "us": return .duration(value * 1e3, digits: digits - 3)
    default: return Int64(plain).map { .integer($0) } ?? .decimal(plain)
    }
  }

  /// Another number of that kind; nil where there is no telling.
  var changed: SentenceNumber? {
    switch self {
    case .integer(let value): value > 1 ? .integer(value * 3 + 7) : nil
    case .duration(let value, let digits): .duration(value * 1.37, digits: digits)
    case .percent(let value, let digits): .percent(value * 1.37, digits: digits)
    case .endpoint(let name): .endpoint(name + "1")
    case .frame(let place, let number): .frame(place, number + 1_000_000)
    case .decimal: nil
    }
  }
}

extension Grounds {
  func bear(_ number: SentenceNumber, in sentence: String) -> Bool {
    switch number {
    case .integer(let value):
      integers.contains(value) || Self.rules["\(value)"] != nil || stands("\(value)") || isDistance(value)
    case .duration(let value, let digits):
      spans.contains { abs(Double($0) - value) <= 0.51 * pow(10, Double(-digits)) } || stands("\(Int(value / 1e9))")
        || Self.rules["\(Int(value / 1e9))"] != nil
    case .percent(let value, let digits): value == 95 || isShare(value, digits, in: sentence)
    case .decimal(let text): stands(text) || Self.rules[text] != nil
    case .endpoint(let name): endpoints.contains(name) || stands(name)
    case .frame(let place, let number): (1...max(1, places[place] ?? 0)).contains(number)
    }
  }

  /// Of two counts of the same sentence, or an end of its interval (E. B. Wilson, 1927), for which what was lost in one piece counts
  /// once.
  private func isShare(_ value: Double, _ digits: Int, in sentence: String) -> Bool {
    let counts = SentenceNumber.all(in: sentence).compactMap {
      if case .integer(let count) = $0 { Double(count) } else { nil }
    }
    let slack = 0.51 * pow(10, Double(-digits))
    for count in counts {
      for total in counts where total > 0 && count <= total {
        let clusters = [count] + pieces.map(Double.init).filter { $0 > 0 && $0 < count }
        for cluster in clusters {
          let scaled = total * cluster / max(1, count)
          if Self.shares(count / total, scaled).contains(where: { abs(100 * $0 - value) <= slack }) { return true }
        }
      }
    }
    return false
  }

  /// A share of so many, and the ends of its interval.
  private static func shares(_ share: Double, _ n: Double) -> [Double] {
    let z = 1.96
    let reach = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    let middle = share + z * z / (2 * n)
    let whole = 1 + z * z / n
    return [share, (middle - reach) / whole, (middle + reach) / whole]
  }

  private func stands(_ text: String) -> Bool {
    texts.contains { $0.split { !$0.isLetter && !$0.isNumber && $0 != "." && $0 != "_" }.contains { $0 == text } }
  }
}

internal import Wire

/// What ties an answer to its request: a part of the request that its answer repeats and that no two requests share.
///
/// Learnt from exchanges in which one request stood alone: there the next message is its answer. Or told by a playbook, as a
/// pattern.
enum CorrelationKey {
  /// The same bytes at a fixed place of each.
  case fixed(request: Int, answer: Int, width: Int)
  /// A word (letters, digits, `_`, `-`): which one of the request, and that the answer has it somewhere.
  case word(request: Int)
  /// What a pattern finds in both; its first group where it has one.
  case pattern(String)

  private static let reach = 512
  private static let fewest = 4
  private static let asked = 64

  /// nil where nothing of the kind is found.
  static func learned(from messages: [Dialogue.Message]) -> CorrelationKey? {
    let pairs = lonePairs(messages)
    guard pairs.count >= fewest else { return nil }
    return fixed(pairs) ?? word(pairs)
  }

  /// The key of a request; and whether an answer holds one.
  func key(ofRequest bytes: [UInt8]) -> ArraySlice<UInt8>? {
    switch self {
    case .fixed(let request, _, let width):
      return request + width <= bytes.count ? bytes[request..<(request + width)] : nil
    case .word(let request):
      let words = Self.words(bytes)
      return request < words.count ? words[request] : nil
    case .pattern(let pattern): return Self.match(pattern, bytes)
    }
  }

  func keys(ofAnswer bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    switch self {
    case .fixed(_, let answer, let width):
      return answer + width <= bytes.count ? [bytes[answer..<(answer + width)]] : []
    case .word: return Self.words(bytes)
    case .pattern(let pattern): return Self.match(pattern, bytes).map { [$0] } ?? []
    }
  }

  /// Whether it takes a request's byte at that place.
  func covers(_ place: Int) -> Bool {
    if case .fixed(let request, _, let width) = self { return (request..<(request + width)).contains(place) }
    return false
  }

  var description: String {
    switch self {
    case .fixed(let request, _, let width):
      "\(width) bytes at offset \(request) of the request, which its answer repeats"
    case .word(let request): "word \(request + 1) of the request, which its answer repeats"
    case .pattern(let pattern): "the pattern `\(pattern)`"
    }
  }
}

// MARK: - Learning

extension CorrelationKey {
  private typealias Pair = (request: [UInt8], answer: [UInt8])

  /// A request, its answer, and then another request: nothing else was under way.
  private static func lonePairs(_ messages: [Dialogue.Message]) -> [Pair] {
    guard messages.count >= 3 else { return [] }
    var pairs: [Pair] = []
    for index in 0..<(messages.count - 1) where pairs.count < asked {
      let before = index == 0 || !messages[index - 1].fromOpener
      let after = index + 2 >= messages.count || messages[index + 2].fromOpener
      if before, after, messages[index].fromOpener, !messages[index + 1].fromOpener, !messages[index].bytes.isEmpty {
        pairs.append((messages[index].bytes, messages[index + 1].bytes))
      }
    }
    return pairs
  }

  /// Most pairs must agree: one of them may be of a request that was passed over.
  private static func isMost(_ count: Int, of all: Int) -> Bool { count * 10 >= all * 9 }

  private static func fixed(_ pairs: [Pair]) -> CorrelationKey? {
    let length = min(reach, pairs.map(\.request.count).min() ?? 0)
    let answer = min(reach, pairs.map(\.answer.count).min() ?? 0)
    for width in [16, 8, 4, 2] where width <= length && width <= answer {
      for offset in 0...(length - width) {
        let keys = pairs.map { $0.request[offset..<(offset + width)] }
        guard isMost(Set(keys).count, of: pairs.count) else { continue }
        for place in 0...(answer - width) where repeats(pairs, offset, at: place, width) {
          return .fixed(request: offset, answer: place, width: width)
        }
      }
    }
    return nil
  }

  /// Whether most answers have at a place what their requests have at an offset. Most places fail within a few pairs: there are
  /// very many of them.
  private static func repeats(_ pairs: [Pair], _ offset: Int, at place: Int, _ width: Int) -> Bool {
    var strangers = 0
    for pair in pairs where !(0..<width).allSatisfy({ pair.request[offset + $0] == pair.answer[place + $0] }) {
      strangers += 1
      guard strangers * 10 <= pairs.count else { return false }
    }
    return true
  }

  private static func word(_ pairs: [Pair]) -> CorrelationKey? {
    let requests = pairs.map { words($0.request) }
    let answers = pairs.map { Set(words($0.answer)) }
    for number in 0..<min(64, requests.map(\.count).min() ?? 0) {
      let keys = requests.map { $0[number] }
      guard isMost(Set(keys).count, of: pairs.count) else { continue }
      if isMost(zip(keys, answers).count { $1.contains($0) }, of: pairs.count) { return .word(request: number) }
    }
    return nil
  }

  static func words(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    bytes.prefix(reach).split { byte in
      !((48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45 || byte == 95)
    }
  }

  private static func match(_ pattern: String, _ bytes: [UInt8]) -> ArraySlice<UInt8>? {
    guard let regex = try? Regex(pattern) else { return nil }
    // One character for one byte, whatever the encoding.
    let text = String(String.UnicodeScalarView(bytes.prefix(reach).map { Unicode.Scalar($0) }))
    guard let found = try? regex.firstMatch(in: text) else { return nil }
    let range = found.output.count > 1 ? found.output[1].range ?? found.range : found.range
    return ArraySlice(text[range].unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
  }
}

/// What reports say in English, sentence shape by sentence shape, and the same in Chinese.
///
/// A report is made in English, once; the phrase book then goes through the finished document, so that no sentence can be forgotten
/// on the way. A sentence is looked up whole, then in its clauses. What the book does not know stays English and is counted.
struct PhraseBook {
  /// Text with holes for facts.
  private struct Phrase {
    /// What stands before, between and behind the holes.
    let literals: [[UInt8]]
    let chinese: String
    let weight: Int
    /// With so few words of its own it fits too much: what it takes for facts must look like facts.
    var isLoose: Bool { weight < 6 || (weight < 14 && literals.first?.isEmpty == true) }
  }

  /// Those with the most words of their own first.
  private let phrases: [Phrase]
  /// Indices of phrases, in order: by how a text must begin, and of those that begin with a fact by how it must end.
  private var beginnings: [Edge: [Int]] = [:]
  private var endings: [Edge: [Int]] = [:]
  /// What was said before: reports repeat themselves.
  private var said: [String: String] = [:]
  /// What people chose as a title: it stays, whatever its words.
  var titles: Set<String> = []
  /// Sentences that the book does not know.
  private(set) var unknown: Set<String> = []

  /// Words of our own that stand where a fact stands.
  private static let terms: Set<String> = [
    "proven", "probable", "possible", "root-cause", "symptom", "contributing", "note",
  ]
  /// What stands before a colon and has a phrase of its own.
  private static let headings: Set<String> = ["effect", "side effects", "rollback", "wanting", "only possible", "none"]
  /// Clauses within clauses, no deeper.
  private static let deepest = 6

  static let chinese = PhraseBook(String(decoding: PackageResources.Chinese_txt, as: UTF8.self))

  /// - Parameter text: `ENGLISH => CHINESE`, a line each; `#` begins a remark.
  init(_ text: String) {
    var phrases: [Phrase] = []
    for line in text.split(separator: "\n") where !line.hasPrefix("# ") {
      let halves = String(line).split(separator: " => ", maxSplits: 1).map(String.init)
      guard halves.count == 2 else { continue }
      let chinese = halves[1].hasSuffix("。") ? String(halves[1].dropLast()) : halves[1]
      for english in Self.numbers(halves[0]) {
        let literals = Self.pieces(english).map { Array($0.utf8) }
        let phrase = Phrase(
          literals: literals, chinese: chinese, weight: literals.reduce(0) { $0 + $1.count })
        phrases.append(phrase)
      }
    }
    self.phrases = phrases.enumerated().sorted { ($1.element.weight, $0.offset) < ($0.element.weight, $1.offset) }.map(
      \.element)
    for (index, phrase) in self.phrases.enumerated() {
      guard let head = phrase.literals.first, let tail = phrase.literals.last else { continue }
      if head.isEmpty {
        endings[Edge(tail.suffix(Edge.longest)), default: []].append(index)
      } else {
        beginnings[Edge(head.prefix(Edge.longest)), default: []].append(index)
      }
    }
  }

  /// Up to three bytes, the first of them in lower case.
  private struct Edge: Hashable {
    static let longest = 3
    let bytes: UInt32

    init(_ text: ArraySlice<UInt8>) {
      bytes = text.enumerated().reduce(1) {
        $0 << 8 | UInt32($1.offset == 0 ? PhraseBook.lower($1.element) : $1.element)
      }
    }
  }

  /// Phrases that the text may be one of, those with the most words of their own first.
  private func candidates(_ text: [UInt8]) -> [Int] {
    var found: [Int] = []
    for length in 0...min(Edge.longest, text.count) {
      found += beginnings[Edge(text.prefix(length))] ?? []
      found += endings[Edge(text.suffix(length))] ?? []
    }
    return found.sorted()
  }

  /// The sentence in Chinese as far as the book knows it.
  mutating func say(_ text: String) -> String {
    if let known = said[text] { return known }
    let told = say(text, depth: 0)
    said[text] = told == text ? text : told.closingIdeographs
    return said[text] ?? text
  }

  private mutating func say(_ text: String, depth: Int) -> String {
    let core = text.trimmingSpaces
    guard depth < Self.deepest, Self.hasWords(core), !titles.contains(core) else { return text }
    let isSentence = core.hasSuffix(".") && !core.hasSuffix("...")
    let body = isSentence ? String(core.dropLast()) : core
    let end = isSentence ? "。" : ""
    let known =
      findings(body, depth) ?? clauses(of: body, at: ". ", joined: "。", depth) ?? labelled(
        body, depth, where: Self.isHeading) ?? lookUp(
        body, depth: depth) ?? clauses(of: body, at: "; ", joined: "；", depth)
      ?? labelled(body, depth, where: { $0.unicodeScalars.allSatisfy(Kept.isOne) })
    if let known { return text.replacingFirst(core, with: known + end) }
    if depth < 2, Self.isEnglish(core) { unknown.insert(core) }
    return text
  }

  private mutating func clauses(of text: String, at mark: String, joined: String, _ depth: Int) -> String? {
    guard text.contains(mark) else { return nil }
    return text.split(separator: mark).map { say(String($0), depth: depth + 1) }.joined(separator: joined)
  }

  /// `F1: ...; F2: ...`: no sentence goes from one into the next.
  private mutating func findings(_ text: String, _ depth: Int) -> String? {
    let parts = text.split(separator: "; F").map(String.init)
    guard text.hasPrefix("F"), parts.count > 1, parts.dropFirst().allSatisfy({ $0.first?.isNumber == true }) else {
      return nil
    }
    return parts.enumerated().map { say(($0 == 0 ? "" : "F") + $1, depth: depth + 1) }.joined(separator: "；")
  }

  /// `F1: ...`, or something that is kept as it is before a colon.
  private mutating func labelled(_ text: String, _ depth: Int, where isLabel: (Substring) -> Bool) -> String? {
    guard let colon = text.firstRange(of: ": "), isLabel(text[..<colon.lowerBound]) else { return nil }
    let label = say(String(text[..<colon.lowerBound]), depth: depth)
    return label + "：" + say(String(text[colon.upperBound...]), depth: depth + 1)
  }

  private static func isHeading(_ label: Substring) -> Bool {
    (label.hasPrefix("F") && label.dropFirst().allSatisfy(\.isNumber)) || headings.contains(String(label))
      || (label.hasPrefix("on ") && label.count < 60)
  }

  private mutating func lookUp(_ text: String, depth: Int) -> String? {
    let bytes = Array(text.utf8)
    for phrase in candidates(bytes).map({ phrases[$0] }) {
      // A fact that is a single word is a name: it stays.
      if depth > 0, phrase.literals.count == 1, !text.contains(" "), !Self.terms.contains(text) { continue }
      guard let facts = Self.facts(of: bytes, in: phrase.literals) else { continue }
      if phrase.isLoose, facts.contains(where: { !Self.isShort(bytes[$0]) }) { continue }
      var told = phrase.chinese
      for (number, fact) in facts.enumerated().reversed() {
        let said = say(String(decoding: bytes[fact], as: UTF8.self), depth: depth + 1)
        told = told.replacing("{\(number + 1)}", with: said)
      }
      return told
    }
    return nil
  }

  /// Where the facts are; nil where the text has another shape. Each fact is as short as it can be.
  private static func facts(of text: [UInt8], in literals: [[UInt8]]) -> [Range<Int>]? {
    guard let head = literals.first, let tail = literals.last, begins(text, with: head) else { return nil }
    guard literals.count > 1 else { return text.count == head.count ? [] : nil }
    guard text.count >= head.count + tail.count, text.suffix(tail.count).elementsEqual(tail) else { return nil }
    let end = text.count - tail.count
    var facts: [Range<Int>] = []
    var place = head.count
    for literal in literals.dropFirst().dropLast() {
      guard let found = find(literal, in: text, from: place + 1, to: end) else { return nil }
      facts.append(place..<found)
      place = found + literal.count
    }
    guard place < end else { return nil }
    return facts + [place..<end]
  }

  /// A sentence may begin with a capital letter where the clause does not.
  private static func begins(_ text: [UInt8], with head: [UInt8]) -> Bool {
    guard let first = head.first else { return true }
    return text.count >= head.count && lower(text[0]) == lower(first)
      && text[1..<head.count].elementsEqual(head.dropFirst())
  }

  private static func find(_ literal: [UInt8], in text: [UInt8], from start: Int, to end: Int) -> Int? {
    guard let first = literal.first, start <= end - literal.count else { return nil }
    return (start...(end - literal.count)).first { place in
      text[place] == first && text[place..<(place + literal.count)].elementsEqual(literal)
    }
  }

  /// `frame(s)` stands for `frame` and `frames`.
  private static func numbers(_ english: String) -> [String] {
    let parts = english.split(separator: "(s)", omittingEmptySubsequences: false).map(String.init)
    return parts.dropFirst().reduce([parts[0]]) { texts, part in texts.flatMap { [$0 + part, $0 + "s" + part] } }
      .map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 }
  }

  private static func pieces(_ english: String) -> [String] {
    english.split(separator: "{}", omittingEmptySubsequences: false).map(String.init)
  }

  fileprivate static func lower(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  /// A name, a number, a few words: no clause.
  private static func isShort(_ fact: ArraySlice<UInt8>) -> Bool {
    fact.count <= 80 && fact.count { $0 == UInt8(ascii: " ") } <= 5
  }

  private static func hasWords(_ text: String) -> Bool {
    let letters = text.utf8.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) && $0 < 0x80 }
    return zip(letters, letters.dropFirst()).contains { $0 && $1 }
  }

  /// Two words of small letters in a row make a sentence; names and units seldom do.
  static func isEnglish(_ text: String) -> Bool { text.contains(/[a-z]{2,} [a-z]{2,}/) }
}

/// What is kept as it is while a sentence is looked up: each piece of code or element is one character, of Unicode's private use.
/// Text of a case holds none: `SafeText` shows them as escapes.
struct Kept {
  private var pieces: [String] = []

  static func isOne(_ scalar: Unicode.Scalar) -> Bool { (0xe000...0xf8ff).contains(scalar.value) }

  mutating func keep(_ piece: String) -> String {
    guard pieces.count < 0x1800, let scalar = Unicode.Scalar(0xe000 + UInt32(pieces.count)) else { return piece }
    pieces.append(piece)
    return String(scalar)
  }

  /// - Parameter escape: for what lies between the pieces.
  func restored(_ text: String, escape: (String) -> String) -> String {
    var shown = ""
    var plain = ""
    for scalar in text.unicodeScalars {
      let index = Int(scalar.value) - 0xe000
      if Self.isOne(scalar), pieces.indices.contains(index) {
        shown += escape(plain) + pieces[index]
        plain = ""
      } else {
        plain.unicodeScalars.append(scalar)
      }
    }
    return shown + escape(plain)
  }
}

extension String {
  /// Without spaces between two ideographs, or one and its punctuation.
  fileprivate var closingIdeographs: String {
    let all = Array(self)
    return String(
      all.indices.filter { place in
        guard all[place] == " ", place > 0, place + 1 < all.count else { return true }
        return !(all[place - 1].isWide && all[place + 1].isWide)
      }.map { all[$0] })
  }

  fileprivate var trimmingSpaces: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }

  fileprivate func replacingFirst(_ part: String, with other: some StringProtocol) -> String {
    guard let range = firstRange(of: part) else { return self }
    return self[..<range.lowerBound] + String(other) + self[range.upperBound...]
  }
}

/// Which of the known words somebody may have meant.
enum NearMiss {
  /// The closest known word if it is near enough: one slip in short words, two in longer ones, or a word that contains the other.
  static func of(_ word: String, among known: [String]) -> String? {
    let word = String(word.prefix(64)).lowercased()
    let ranked = known.map { (name: $0, distance: distance(word, $0.lowercased())) }
    guard let best = ranked.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }) else { return nil }
    if best.distance <= (min(word.count, best.name.count) < 5 ? 1 : 2) { return best.name }
    return word.count < 4 ? nil : known.filter { $0.contains(word) || ($0.count > 3 && word.contains($0)) }.min()
  }

  /// `did you mean ...?`, or what there is.
  static func hint(_ word: String, among known: [String], else fallback: (String) -> String) -> String? {
    if let near = of(word, among: known) { return "did you mean \(Sentence.quote(near))?" }
    return known.isEmpty ? nil : fallback(Sentence.list(known.sorted()))
  }

  /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
  static func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a.unicodeScalars)
    let b = Array(b.unicodeScalars)
    var older: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
      var current = [i + 1]
      current.reserveCapacity(b.count + 1)
      for j in b.indices {
        var best = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, older[j - 1] + 1) }
        current.append(best)
      }
      older = previous
      previous = current
    }
    return previous[b.count]
  }
}

/// Two dialogues, side by side, and the first place where they part.
///
/// Two steps are alike where the same side does the same. What a client asks may differ: that is why the two are compared; and what
/// its server repeats of it may differ likewise. Numbers that are long, as times and identifiers are, may differ anywhere. Where
/// contents were not captured, or are no text, sizes count: within a factor of two they are alike.
public struct DialogueComparison: Sendable {
  public enum Parting: Sendable, Equatable {
    /// One does something else, or somebody else does it.
    case deed
    /// The same side says something of another kind.
    case content
    /// The same, ten times as late and a second at least.
    case delay
  }

  public let left: DialogueAccount
  public let right: DialogueAccount
  /// The number of the first step that is not alike, and in what; nil where there is none.
  public let parting: (step: Int, in: Parting)?

  private static let second: Int64 = 1_000_000_000

  public init(_ left: DialogueAccount, _ right: DialogueAccount) {
    self.left = left
    self.right = right
    var substitutes: [ArraySlice<UInt8>: ArraySlice<UInt8>] = [:]
    var found: (Int, Parting)?
    for number in 0..<max(left.steps.count, right.steps.count) {
      guard number < left.steps.count, number < right.steps.count else {
        found = (number, .deed)
        break
      }
      if let parting = Self.compare(left.steps[number], right.steps[number], &substitutes) {
        found = (number, parting)
        break
      }
    }
    parting = found
  }

  private static func compare(
    _ a: DialogueAccount.Step, _ b: DialogueAccount.Step, _ substitutes: inout [ArraySlice<UInt8>: ArraySlice<UInt8>]
  ) -> Parting? {
    switch (a.kind, b.kind) {
    case (.says(let one), .says(let other)):
      guard a.fromOpener == b.fromOpener else { return .deed }
      if !isAlike(a, b, one, other, &substitutes) { return .content }
      // Only who answers can be late.
      return !a.fromOpener && isLate(a.after, b.after) ? .delay : nil
    case (.nothing, .nothing): return nil
    default: return a.kind == b.kind && a.fromOpener == b.fromOpener ? nil : .deed
    }
  }

  private static func isLate(_ a: Int64, _ b: Int64) -> Bool {
    max(a, b) >= second && max(a, b) / 10 >= min(a, b)
  }

  private static func isAlike(
    _ a: DialogueAccount.Step, _ b: DialogueAccount.Step, _ one: Int64, _ other: Int64,
    _ substitutes: inout [ArraySlice<UInt8>: ArraySlice<UInt8>]
  ) -> Bool {
    guard isText(a.bytes), isText(b.bytes) else { return isSameSize(one, other) }
    let (words, others) = (CorrelationKey.words(a.bytes), CorrelationKey.words(b.bytes))
    guard words.first == others.first || isVariable(words.first) && isVariable(others.first) else { return false }
    for (word, other) in zip(words.dropFirst(), others.dropFirst()) where word != other {
      if a.fromOpener {
        substitutes[word] = other
      } else if substitutes[word] != other, !(isVariable(word) && isVariable(other)) {
        return false
      }
    }
    return a.fromOpener || isSameSize(one, other)
  }

  /// Times, counters and identifiers: five digits, or eight characters with a digit among them.
  private static func isVariable(_ word: ArraySlice<UInt8>?) -> Bool {
    guard let word else { return true }
    let digits = word.count { (48...57).contains($0) }
    return digits >= 5 || (word.count >= 8 && digits > 0)
  }

  private static func isText(_ bytes: [UInt8]) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy { (32...126).contains($0) || [9, 10, 13].contains($0) || $0 >= 128 }
  }

  private static func isSameSize(_ one: Int64, _ other: Int64) -> Bool {
    max(one, other) <= 2 * min(one, other) || max(one, other) <= 64
  }
}

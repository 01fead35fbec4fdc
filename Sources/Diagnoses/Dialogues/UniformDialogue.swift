internal import Wire

/// A dialogue in which nearly all requests are as long as each other, and nearly all answers, too: there lengths alone count them, however the
/// stacks cut and join them, and so they do where nothing but headers was captured.
struct UniformDialogue {
  /// Bytes of one request and of one answer.
  let request: Int64
  let answer: Int64
  let requests: Int
  let answers: Int
  /// The first request from which on the answers are behind for good: it was not answered, or one soon after it.
  let unanswered: Dialogue.Message?

  /// Fewer make no rule.
  private static let fewest = 20

  init?(_ messages: [Dialogue.Message]) {
    guard let request = Self.unit(messages.filter(\.fromOpener)),
      let answer = Self.unit(messages.filter { !$0.fromOpener })
    else { return nil }
    self.request = request
    self.answer = answer
    var (open, asked, said) = (Int64(0), Int64(0), Int64(0))
    var candidate: Dialogue.Message?
    for message in messages {
      let length = message.end &- message.start
      // Of another length, it is one only where the two take turns; else it may be several joined, or one that wants no answer.
      let isOdd = length % (message.fromOpener ? request : answer) != 0
      if isOdd, open != (message.fromOpener ? 0 : 1) { return nil }
      if message.fromOpener {
        if open <= 0 { candidate = message }
        open += Self.count(length, of: request)
        asked += Self.count(length, of: request)
      } else {
        open -= Self.count(length, of: answer)
        said += Self.count(length, of: answer)
      }
      // An answer to nothing: these are no pairs.
      guard open >= 0 else { return nil }
      if open == 0 { candidate = nil }
    }
    requests = Int(clamping: asked)
    answers = Int(clamping: said)
    unanswered = candidate
    guard answers >= Self.fewest, requests >= answers else { return nil }
  }

  var missing: Int { requests - answers }

  /// What came together in one piece counts as often as it holds the usual length; what has another length is one (a login).
  private static func count(_ length: Int64, of unit: Int64) -> Int64 { length % unit == 0 ? length / unit : 1 }

  /// The length that nine in ten have.
  private static func unit(_ messages: [Dialogue.Message]) -> Int64? {
    let lengths = messages.map { $0.end &- $0.start }.sorted()
    guard lengths.count >= fewest, let unit = Optional(lengths[lengths.count / 2]), unit >= 8 else { return nil }
    let single = lengths.count { $0 == unit }
    return single * 10 >= lengths.count * 9 ? unit : nil
  }
}

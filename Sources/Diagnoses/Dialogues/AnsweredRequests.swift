internal import Wire

/// Which requests of a dialogue were answered, and which were not.
struct AnsweredRequests {
  /// A request, and its answer.
  struct Exchange {
    var request: Dialogue.Message
    var answer: Dialogue.Message
    var delay: Int64 { answer.time &- request.time }
  }

  var exchanges: [Exchange] = []
  var unanswered: [Dialogue.Message] = []
  /// What tied them; nil where only their order did.
  var key: CorrelationKey?
  /// How many were not answered, where only their number is known.
  private(set) var missing: Int?

  var slowest: Int64 { exchanges.map(\.delay).max() ?? 0 }

  /// By key: an answer belongs to the earliest request with its key that has none.
  init?(_ messages: [Dialogue.Message], by key: CorrelationKey) {
    self.key = key
    var open: [ArraySlice<UInt8>: [Dialogue.Message]] = [:]
    var strangers = 0
    for message in messages {
      if message.fromOpener {
        if let own = key.key(ofRequest: message.bytes) { open[own, default: []].append(message) }
      } else if let own = key.keys(ofAnswer: message.bytes).first(where: { open[$0]?.isEmpty == false }),
        let request = open[own]?.removeFirst()
      {
        exchanges.append(Exchange(request: request, answer: message))
      } else {
        strangers += 1
      }
    }
    unanswered = open.values.flatMap { $0 }.sorted { ($0.time, $0.start) < ($1.time, $1.start) }
    // What is unlike all that was answered may want no answer.
    let likeness = RequestLikeness(exchanges.map(\.request.bytes), key: key)
    unanswered.removeAll { !likeness.holds($0.bytes) }
    // A key that ties only some is none.
    guard exchanges.count >= 8, unanswered.count * 3 <= exchanges.count, strangers * 4 <= exchanges.count else {
      return nil
    }
  }

  /// By order: the two took turns until the last request, to which nothing came.
  init?(inTurn messages: [Dialogue.Message]) {
    key = nil
    var turns: [(request: Dialogue.Message, answer: Dialogue.Message?)] = []
    for message in messages {
      if message.fromOpener {
        if let last = turns.last, last.answer == nil {
          // More of the same request, if it comes at once; else the opener did not wait.
          guard message.time &- last.request.time < 1_000_000_000 else { return nil }
        } else {
          turns.append((message, nil))
        }
      } else if !turns.isEmpty, turns[turns.count - 1].answer == nil {
        turns[turns.count - 1].answer = message
      }
    }
    exchanges = turns.compactMap { turn in turn.answer.map { Exchange(request: turn.request, answer: $0) } }
    guard let last = turns.last else { return nil }
    unanswered = last.answer == nil ? [last.request] : []
  }

  /// By time, where too little of the messages was captured to tell them apart: one was answered as quickly as all others or not at
  /// all. Holds only while the numbers of requests and answers differ by just those.
  init?(byPace messages: [Dialogue.Message]) {
    key = nil
    let pace = Self.pace(messages)
    guard let pace else { return nil }
    let patience = 3 &* pace
    var open: [Dialogue.Message] = []
    for message in messages {
      if message.fromOpener {
        open.append(message)
        continue
      }
      while let oldest = open.first, message.time &- oldest.time > patience { unanswered.append(open.removeFirst()) }
      guard !open.isEmpty else { return nil }
      exchanges.append(Exchange(request: open.removeFirst(), answer: message))
    }
    // What is open at the end may still have been answered.
    guard !unanswered.isEmpty, exchanges.count >= 20 * unanswered.count else { return nil }
  }

  /// By number, where all requests are alike in length, and all answers: so many are missing. One that was asked long before others
  /// which were answered, and not only the last ones.
  init?(byNumber messages: [Dialogue.Message], until last: Int64) {
    key = nil
    guard let uniform = UniformDialogue(messages), let first = uniform.unanswered, uniform.missing > 0,
      uniform.missing * 20 <= uniform.answers
    else { return nil }
    let patience = max(1_000_000_000, 3 &* (Self.pace(messages) ?? 0))
    guard last &- first.time >= patience, messages.count(where: { !$0.fromOpener && $0.time > first.time }) >= 8 else {
      return nil
    }
    unanswered = [first]
    missing = uniform.missing
    var requests = messages.filter { $0.fromOpener && $0.start != first.start }[...]
    for answer in messages where !answer.fromOpener {
      guard let request = requests.popFirst() else { break }
      exchanges.append(Exchange(request: request, answer: answer))
    }
  }

  /// What nine in ten answers to requests that stood alone took at most; nil where they are too few.
  private static func pace(_ messages: [Dialogue.Message]) -> Int64? {
    var delays: [Int64] = []
    for index in messages.indices.dropLast() where messages[index].fromOpener && !messages[index + 1].fromOpener {
      if index == 0 || !messages[index - 1].fromOpener {
        delays.append(messages[index + 1].time &- messages[index].time)
      }
    }
    guard delays.count >= 8 else { return nil }
    return delays.sorted()[(delays.count - 1) * 9 / 10]
  }
}

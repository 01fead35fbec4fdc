/// What requests that were answered look like: a message of another kind may want no answer.
///
/// Learnt from the answered ones: in text the words at its beginning that are always the same few, in binary the bytes of its
/// header that are. A notification differs in one of them from a request.
struct RequestLikeness {
  private let isText: Bool
  /// By place: what stands there, where it is one of a few.
  private var words: [Int: Set<[UInt8]>] = [:]
  private var bytes: [Int: Set<UInt8>] = [:]

  private static let few = 3
  private static let header = 32
  private static let firstWords = 8

  init(_ requests: [[UInt8]], key: CorrelationKey?) {
    isText = requests.allSatisfy(Self.isText)
    if isText {
      let split = requests.map(CorrelationKey.words)
      for place in 0..<min(Self.firstWords, split.map(\.count).min() ?? 0) {
        let seen = Set(split.map { Array($0[place]) })
        // Numbers go on counting.
        guard seen.count <= Self.few, !seen.contains(where: { $0.contains { (48...57).contains($0) } }) else {
          continue
        }
        words[place] = seen
      }
    } else {
      for place in 0..<min(Self.header, requests.map(\.count).min() ?? 0) where key?.covers(place) != true {
        let seen = Set(requests.map { $0[place] })
        if seen.count <= Self.few { bytes[place] = seen }
      }
    }
  }

  func holds(_ message: [UInt8]) -> Bool {
    guard isText else {
      return bytes.allSatisfy { place, seen in place < message.count && seen.contains(message[place]) }
    }
    let own = CorrelationKey.words(message)
    return words.allSatisfy { place, seen in place < own.count && seen.contains(Array(own[place])) }
  }

  private static func isText(_ bytes: [UInt8]) -> Bool {
    bytes.prefix(64).allSatisfy { (32...126).contains($0) || (9...13).contains($0) }
  }
}

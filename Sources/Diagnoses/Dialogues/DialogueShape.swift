internal import Correlation
internal import Wire

/// Whether a connection is worth reading: signs, in its headers alone, of a request to which nothing came.
struct DialogueShape {
  /// The frame that shows it: a request that was acknowledged and passed over, or the last one.
  var sign: RecordReference
  /// Nothing came back after the last request, though the connection was watched for a while.
  var isOpenAtEnd: Bool

  private static let second: Int64 = 1_000_000_000
  /// A stack that has nothing to say acknowledges within this time, and one that answers does so with the answer.
  private static let pause: Int64 = 20_000_000

  init?(_ story: FlowStory) {
    guard story.flow.transport == 6, let vantage = Dialogue.bestVantage(story) else { return nil }
    var reader = Reader()
    for (index, record) in story.tracks[vantage].records.enumerated() where record.isSegment {
      reader.note(record, index)
    }
    guard reader.questions > 0, reader.answers > 0 || reader.last != nil, !reader.isWindowClosed else { return nil }
    let waited = reader.lastTime &- (reader.last?.time ?? reader.lastTime)
    isOpenAtEnd = !reader.wasAnsweredLast && waited >= Self.second && !reader.acceptorClosed
    let isUpload = reader.questions > 64 && reader.asked / Int64(reader.questions) > 1_200
    let difference = reader.questions - reader.answers
    let isShort = reader.questions >= 8 && (1...max(3, reader.questions / 20)).contains(difference)
    let index =
      isOpenAtEnd ? reader.last?.index : isUpload ? nil : reader.passedOver ?? (isShort ? reader.last?.index : nil)
    guard let index else { return nil }
    sign = RecordReference(vantage: vantage, index: index)
  }

  private struct Reader {
    var questions = 0
    var answers = 0
    var asked: Int64 = 0
    var last: (index: Int, time: Int64)?
    var lastTime: Int64 = 0
    var wasAnsweredLast = true
    var passedOver: Int?
    var isWindowClosed = false
    /// Before the opener did: an answer of a kind.
    var acceptorClosed = false
    private var openerClosed = false
    private var ends = DirectionPair<Int64>(fromOpener: .min, fromAcceptor: .min)
    /// A pure acknowledgment of all that was asked came after the last request.
    private var acknowledged: Int64?

    mutating func note(_ record: Record, _ index: Int) {
      lastTime = record.time
      let end = record.position &+ record.sequenceLength
      let isNew = end > ends[record.isFromOpener]
      if !record.isFromOpener {
        isWindowClosed = record.window == 0 && !record.flags.contains(.rst) && !record.flags.contains(.syn)
        if !wasAnsweredLast, !openerClosed, !record.flags.isDisjoint(with: [.fin, .rst]) { acceptorClosed = true }
      } else if !record.flags.isDisjoint(with: [.fin, .rst]) {
        openerClosed = true
      }
      if record.length > 0, isNew, record.flags.isDisjoint(with: [.syn, .rst]) {
        if record.isFromOpener { ask(record, index) } else { answer(record) }
      } else if !record.isFromOpener, record.isPureAcknowledgment, let last, !wasAnsweredLast,
        record.acknowledged >= ends.fromOpener
      {
        acknowledged = acknowledged ?? last.time
      }
      if isNew, record.sequenceLength > 0 { ends[record.isFromOpener] = end }
    }

    private mutating func ask(_ record: Record, _ index: Int) {
      if let acknowledged, let last, record.time &- acknowledged >= DialogueShape.pause, passedOver == nil {
        passedOver = last.index
      }
      if record.flags.contains(.psh) { questions += 1 }
      asked &+= Int64(record.length)
      last = (index, record.time)
      wasAnsweredLast = false
      acknowledged = nil
    }

    private mutating func answer(_ record: Record) {
      if record.flags.contains(.psh) { answers += 1 }
      wasAnsweredLast = true
      acknowledged = nil
    }
  }
}

internal import CaseModel

/// What both kinds of conversations keep between two questions.
final class ConversationState {
  var buffer = LineBuffer()
  var stderr = StreamTail()
  /// False from a question until its answer: after one without an answer, the next answer could belong to it.
  var isInStep = true

  func question(_ line: String, _ command: ShellCommand, _ host: HostName) throws(Failure) -> [UInt8] {
    // A line that nobody asked for would be taken for the answer.
    guard isInStep, buffer.next() == nil else { throw .outOfStep(command, host) }
    guard !line.utf8.contains(UInt8(ascii: "\n")) else { throw .notALine(command, host) }
    return Array(line.utf8) + [UInt8(ascii: "\n")]
  }
}

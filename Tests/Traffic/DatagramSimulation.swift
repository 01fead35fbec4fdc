internal import Wire

/// Requests and answers without a connection: UDP, or pings.
struct DatagramSimulation {
  let connection: Connection
  private(set) var passage: Passage

  init(_ connection: Connection, _ passage: Passage) {
    self.connection = connection
    self.passage = passage
  }

  mutating func run(count: Int, length: UInt32, interval: Int64) {
    for number in 0..<count {
      let sent = passage.epoch + connection.start + Int64(number) * interval
      for asked in passage.carry([piece(number, length)], at: sent, forward: true) {
        let answered = asked.time + 20_000 + Int64(passage.numbers.exponential(mean: 30_000))
        _ = passage.carry([piece(number, length)], at: answered, forward: false)
      }
    }
  }

  private mutating func piece(_ number: Int, _ length: UInt32) -> Piece {
    var piece = Piece()
    piece.start = Int64(number)
    piece.length = Int64(length)
    piece.identification = UInt16(truncatingIfNeeded: passage.numbers.next()) | 1
    return piece
  }
}

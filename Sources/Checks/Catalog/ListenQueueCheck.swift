/// How many connections wait to be accepted, and how many may.
public struct ListenQueueCheck: Check {
  public static let id = "listen-queue"
  public static let about = """
    How many connections wait to be accepted, and how many may
    Reads `ss -ltn` where that loads no module, else `netstat -ltn`, which shows no limit. A queue that is full makes the kernel drop
    what a client takes for a finished handshake; that passes in milliseconds, so read it `every: 5s` or more often, and read the
    counters `TcpExtListenOverflows` and `TcpExtListenDrops` with it.
    """
  public static let operands = CheckOperands.ports(isNeeded: false)

  private let ports: [UInt16]

  public init(_ order: CheckOrder) throws(CheckOrder.Refusal) { ports = order.ports }

  public var requests: [ReadoutRequest] { [ReadoutRequest(.listenQueues)] }

  public func judge(_ readouts: PhasedReadouts) -> [Judgement] {
    let (before, after) = readouts.ends(.listenQueues) { ListenQueues(parsing: $0).queues }
    let all = (before ?? []) + (after ?? [])
    let wanted = ports.isEmpty ? Set(all.map(\.port)).sorted() : ports
    return wanted.map { port in
      judge(port, before: before?.first { $0.port == port }, after: after?.first { $0.port == port })
    }
  }

  private func judge(_ port: UInt16, before: ListenQueues.Queue?, after: ListenQueues.Queue?) -> Judgement {
    let says =
      switch after ?? before {
      case nil: "nothing listened on port \(port)"
      case let queue? where before?.isFull == true || after?.isFull == true:
        "the accept queue of port \(port) was full: \(Self.words(before ?? queue)), then \(Self.words(after ?? queue))"
      case let queue?: "the accept queue of port \(port): \(Self.words(queue))"
      }
    return Judgement(
      check: Self.id, subject: "port \(port)", outcome: before == nil && after == nil ? .absent : .noted,
      before: before.map(Self.words), after: after.map(Self.words), says: says)
  }

  private static func words(_ queue: ListenQueues.Queue) -> String {
    "\(queue.waiting) waiting" + (queue.limit.map { " of \($0)" } ?? "")
  }
}

/// Listening sockets with the length of their accept queues, as `ss -ltn` or `netstat -ltn` prints them.
///
/// For a listening socket `ss` shows in `Recv-Q` how many connections wait to be accepted and in `Send-Q` how many may; `netstat`
/// shows no limit. The kernel refuses what comes when more wait than may (`sk_acceptq_is_full`).
public struct ListenQueues: Hashable, Sendable {
  public struct Queue: Hashable, Sendable {
    /// As printed: `10.0.0.5:80`, `*:80`, `[::]:80`.
    public let address: String
    public let port: UInt16
    public let waiting: Int
    /// nil where the tool does not tell.
    public let limit: Int?

    public var isFull: Bool { limit.map { $0 > 0 && waiting > $0 } ?? false }
  }

  public let queues: [Queue]

  /// Total: lines of another shape are passed over.
  public init(parsing text: String) {
    var isNetstat = false
    queues = ReadoutText.lines(text).compactMap { line in
      let words = ReadoutText.words(line)
      if words.first == "Proto" { isNetstat = true }
      guard let state = words.firstIndex(of: "LISTEN") else { return nil }
      // ss: State Recv-Q Send-Q Local Peer, or Netid before it; netstat: Proto Recv-Q Send-Q Local Foreign State.
      let first = isNetstat ? 1 : state + 1
      guard words.count > first + 2, let waiting = Int(words[first]), let limit = Int(words[first + 1]) else {
        return nil
      }
      let local = words[first + 2]
      guard let colon = local.lastIndex(of: ":"), let port = UInt16(local[local.index(after: colon)...]) else {
        return nil
      }
      return Queue(address: String(local), port: port, waiting: waiting, limit: isNetstat ? nil : limit)
    }
  }
}

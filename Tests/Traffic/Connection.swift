public import Wire

/// Who talks with whom, and what they say.
public struct Connection: Sendable {
  public enum Traffic: Sendable {
    case tcp([Turn])
    /// Requests of so many bytes, each answered; `isConstant` where all say the same.
    case udp(count: Int, length: UInt32, interval: Int64, isConstant: Bool)
    case ping(count: Int, interval: Int64)
  }

  /// How a TCP connection ends.
  public enum Ending: Sendable {
    case fin, reset, resetStorm(Int), open
    /// Nobody listens.
    case refused
    /// The opener closes its side; the acceptor has so many bytes more to say before it does.
    case halfClose(Int64)
    /// The opener aborts when it has received so many bytes; what still comes finds no connection.
    case abort(after: Int64)
  }

  /// A segment out of nowhere, so many bytes away from the stream: beyond any window, so that its receiver only acknowledges what
  /// it has (RFC 9293, 3.10.7.4).
  public struct Stray: Sendable {
    public var isForward: Bool
    public var distance: Int64

    public init(isForward: Bool, distance: Int64) {
      self.isForward = isForward
      self.distance = distance
    }
  }

  /// One exchange of a TCP connection: it ends when both ends have received what the other had to say.
  public struct Turn: Sendable {
    public var bytes: Ways<Int64>
    /// Nanoseconds before it.
    public var pause: Int64
    /// Probes during the pause: keep-alives, or with a closed window.
    public var keepAlives = 0
    public var isWindowClosed = false
    /// At its beginning.
    public var strays: [Stray] = []

    public init(bytes: Ways<Int64>, pause: Int64 = 0, keepAlives: Int = 0, isWindowClosed: Bool = false) {
      self.bytes = bytes
      self.pause = pause
      self.keepAlives = keepAlives
      self.isWindowClosed = isWindowClosed
    }
  }

  /// The ends as each side of the translators knows them.
  public struct Names: Sendable {
    public var opener: Endpoint
    public var translatedOpener: Endpoint
    public var acceptor: Endpoint
    public var translatedAcceptor: Endpoint

    public init(
      opener: Endpoint, translatedOpener: Endpoint? = nil, acceptor: Endpoint, translatedAcceptor: Endpoint? = nil
    ) {
      self.opener = opener
      self.translatedOpener = translatedOpener ?? opener
      self.acceptor = acceptor
      self.translatedAcceptor = translatedAcceptor ?? acceptor
    }
  }

  /// Index into `Network.routes`.
  public var route: Int
  /// Nanoseconds since the start.
  public var start: Int64
  public var names: Names
  public var traffic: Traffic
  public var ending: Ending = .fin
  /// Connections with the same content say the same.
  public var content: UInt64

  public init(
    route: Int, start: Int64, names: Names, traffic: Traffic, ending: Ending = .fin, content: UInt64
  ) {
    self.route = route
    self.start = start
    self.names = names
    self.traffic = traffic
    self.ending = ending
    self.content = content
  }

  /// - Parameters:
  ///   - think: nanoseconds between an answer and the next request.
  public static func requests(_ count: Int, ask: Int64, answer: Int64, think: Int64) -> Traffic {
    .tcp(
      (0..<count).flatMap { number in
        [
          Turn(bytes: Ways(forward: ask, reverse: 0), pause: number == 0 ? 0 : think),
          Turn(bytes: Ways(forward: 0, reverse: answer), pause: 300_000),
        ]
      })
  }
}

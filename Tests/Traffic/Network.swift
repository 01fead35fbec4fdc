public import Wire

/// Hosts in a row, what lies between them and where captures are taken.
public struct Network: Sendable {
  public var vantages: [TappedVantage]
  public var routes: [Route]

  public init(vantages: [TappedVantage], routes: [Route]) {
    self.vantages = vantages
    self.routes = routes
  }
}

/// A capture to be written: what `tcpdump` was told.
public struct TappedVantage: Sendable {
  public enum Link: Sendable { case ethernet, cooked2 }

  public var name: String
  /// Vantages of one host share its clock.
  public var host: String
  public var link: Link
  /// A mirror port that shows both sides of the switch: every frame comes twice.
  public var showsTwice: Bool

  public init(_ name: String, host: String, link: Link = .ethernet, showsTwice: Bool = false) {
    self.name = name
    self.host = host
    self.link = link
    self.showsTwice = showsTwice
  }
}

/// The way of some connections through the network, from who opens them to who accepts.
public struct Route: Sendable {
  public var taps: [Tap]
  /// Between each tap and the next.
  public var hops: [Hop]
  /// Payload bytes of one wire segment.
  public var segment: Int64 = 1_448
  /// Whether senders hand their card more than one segment at once.
  public var offloads = true

  public init(taps: [Tap], hops: [Hop], segment: Int64 = 1_448, offloads: Bool = true) {
    precondition(taps.count == hops.count + 1, "a hop lies between each tap and the next")
    self.taps = taps
    self.hops = hops
    self.segment = segment
    self.offloads = offloads
  }
}

/// A value for each way of a connection.
public struct Ways<Value: Sendable>: Sendable {
  public var forward: Value
  public var reverse: Value

  public init(forward: Value, reverse: Value) {
    self.forward = forward
    self.reverse = reverse
  }

  public init(both value: Value) { self.init(forward: value, reverse: value) }

  public subscript(isForward: Bool) -> Value {
    get { isForward ? forward : reverse }
    set { if isForward { forward = newValue } else { reverse = newValue } }
  }
}

/// A place where packets are captured.
public struct Tap: Sendable {
  /// Which side of its host an interface is on; captures that do not tell have `unknown`.
  public enum Facing: Sendable { case unknown, opener, acceptor }

  /// Index into `Network.vantages`.
  public var vantage: Int
  public var interface: UInt32
  public var facing: Facing
  /// Routers passed since either end.
  public var routers: Ways<UInt8>
  /// Beyond a translator of the opener's address; beyond one of the acceptor's.
  public var isOpenerTranslated: Bool
  public var isAcceptorTranslated: Bool
  /// Beyond a firewall that rewrites sequence numbers.
  public var isRenumbered: Bool
  /// Nodes whose VXLAN tunnel the packets are in, opener's side first.
  public var tunnel: (opener: IPAddress, acceptor: IPAddress)?

  public init(
    _ vantage: Int, interface: UInt32 = 0, facing: Facing = .unknown, routers: Ways<UInt8> = Ways(both: 0),
    isOpenerTranslated: Bool = false, isAcceptorTranslated: Bool = false, isRenumbered: Bool = false,
    tunnel: (opener: IPAddress, acceptor: IPAddress)? = nil
  ) {
    self.vantage = vantage
    self.interface = interface
    self.facing = facing
    self.routers = routers
    self.isOpenerTranslated = isOpenerTranslated
    self.isAcceptorTranslated = isAcceptorTranslated
    self.isRenumbered = isRenumbered
    self.tunnel = tunnel
  }
}

/// What lies between two taps. Times in nanoseconds.
public struct Hop: Sendable {
  /// The least delay, and the mean of what queues add.
  public var delay: Ways<Int64>
  public var jitter: Ways<Double>
  /// The share of packets that do not arrive.
  public var loss: Ways<Double>
  /// The share of packets that others overtake.
  public var reordering = 0.0
  /// The share of packets that come twice.
  public var duplication = 0.0
  /// A wire carries single segments and takes its time for every byte; within a host packets stay whole.
  public var isWire: Bool
  /// Whether the receiving card merges segments again.
  public var merges: Bool
  /// From an instant on (nanoseconds since the start) another route, so much longer.
  public var change: (at: Int64, longer: Ways<Int64>)?

  public init(
    delay: Ways<Int64>, jitter: Ways<Double> = Ways(both: 0), loss: Ways<Double> = Ways(both: 0), isWire: Bool = false,
    merges: Bool = false
  ) {
    self.delay = delay
    self.jitter = jitter
    self.loss = loss
    self.isWire = isWire
    self.merges = merges
  }

  /// Within a host: about a microsecond.
  public static var inside: Hop { Hop(delay: Ways(both: 900), jitter: Ways(both: 300)) }
}

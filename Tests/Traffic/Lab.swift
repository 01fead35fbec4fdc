internal import Wire

/// A network as the measurements of alignment were made on: client, gateway with NAT, server node with a container behind DNAT,
/// a second node behind VXLAN with a pod.
public struct Lab: Sendable {
  /// What lies between gateway and server.
  public struct Distance: Sendable {
    public var delay: Ways<Int64>
    public var jitter: Double
    public var loss: Ways<Double>
    public var offloads = true
    /// Another route half-way through, longer by so many nanoseconds.
    public var longer: Int64 = 0
    public var reordering = 0.0
    public var isIPv6 = false
    /// A firewall beside the gateway that rewrites sequence numbers.
    public var renumbers = false

    public init(delay: Ways<Int64>, jitter: Double, loss: Ways<Double> = Ways(both: 0), longer: Int64 = 0) {
      self.delay = delay
      self.jitter = jitter
      self.loss = loss
      self.longer = longer
    }

    public static let lan = Distance(delay: Ways(both: 8_000), jitter: 40_000)
    public static let wan = Distance(delay: Ways(both: 5_000_000), jitter: 300_000, loss: Ways(both: 0.005))
    public static let asymmetric: Distance = {
      var far = Distance(
        delay: Ways(forward: 4_000_000, reverse: 9_000_000), jitter: 2_000_000, loss: Ways(both: 0.005))
      far.offloads = false
      return far
    }()
    public static let rerouted = Distance(
      delay: Ways(both: 5_000_000), jitter: 300_000, loss: Ways(both: 0.005), longer: 3_000_000)
    public static let sparse = Distance(delay: Ways(both: 10_000_000), jitter: 1_000_000)
  }

  public static let client = 0
  public static let gateway = 1
  public static let server = 2
  public static let container = 3
  public static let node = 4
  public static let pod = 5

  public var distance: Distance
  /// Seconds.
  public var duration: Double
  /// False gives container and pod a clock of their own, which makes more of a puzzle.
  public var sharesClocks = false

  public init(_ distance: Distance, duration: Double) {
    self.distance = distance
    self.duration = duration
  }

  public var network: Network {
    Network(
      vantages: [
        TappedVantage("client", host: "client"), TappedVantage("gateway", host: "gateway", link: .cooked2),
        TappedVantage("server", host: "server"),
        TappedVantage("container", host: sharesClocks ? "server" : "container"),
        TappedVantage("node", host: "node"), TappedVantage("pod", host: sharesClocks ? "node" : "pod"),
      ],
      routes: [northSouth, eastWest])
  }

  /// Client to container.
  private var northSouth: Route {
    var far = Hop(
      delay: distance.delay, jitter: Ways(both: distance.jitter), loss: distance.loss, isWire: true,
      merges: distance.offloads)
    far.reordering = distance.reordering
    if distance.longer > 0 {
      far.change = (Int64(duration * 0.5e9), Ways(forward: distance.longer, reverse: 0))
    }
    let taps = [
      Tap(Self.client, routers: Ways(forward: 0, reverse: 2)),
      Tap(Self.gateway, interface: 2, facing: .opener, routers: Ways(forward: 0, reverse: 2)),
      Tap(
        Self.gateway, interface: 3, facing: .acceptor, routers: Ways(forward: 1, reverse: 1), isOpenerTranslated: true,
        isRenumbered: distance.renumbers),
      Tap(
        Self.server, routers: Ways(forward: 1, reverse: 1), isOpenerTranslated: true, isRenumbered: distance.renumbers),
      Tap(
        Self.container, routers: Ways(forward: 2, reverse: 0), isOpenerTranslated: true, isAcceptorTranslated: true,
        isRenumbered: distance.renumbers),
    ]
    let near = Hop(delay: Ways(both: 20_000), jitter: Ways(both: 10_000))
    return Route(
      taps: taps, hops: [near, .inside, far, Hop(delay: Ways(both: 3_000), jitter: Ways(both: 1_000))],
      segment: distance.isIPv6 ? 1_428 : 1_448, offloads: distance.offloads)
  }

  /// Container to pod, through the nodes' tunnel.
  private var eastWest: Route {
    let nodes = (IPAddress(v4: 0xc633_6409), IPAddress(v4: 0xc633_640a))
    let inside = Hop(delay: Ways(both: 3_000), jitter: Ways(both: 1_000))
    return Route(
      taps: [Tap(Self.container), Tap(Self.server, tunnel: nodes), Tap(Self.node, tunnel: nodes), Tap(Self.pod)],
      hops: [
        inside, Hop(delay: Ways(both: 30_000), jitter: Ways(both: 15_000), isWire: true, merges: true), inside,
      ], segment: 1_398, offloads: distance.offloads)
  }

  // MARK: names

  private func address(_ v4: UInt32) -> IPAddress {
    distance.isIPv6 ? IPAddress(high: 0x2001_0db8_0000_0000, low: UInt64(v4), isIPv6: true) : IPAddress(v4: v4)
  }

  /// - Parameters:
  ///   - port: the opener's own.
  ///   - outer: the one that the gateway gives it.
  public func northSouthNames(port: UInt16, outer: UInt16) -> Connection.Names {
    Connection.Names(
      opener: Endpoint(address(0x0a01_0002), port), translatedOpener: Endpoint(address(0xc000_0201), outer),
      acceptor: Endpoint(address(0xc633_6409), 8_080), translatedAcceptor: Endpoint(address(0xac11_0002), 80))
  }

  public func eastWestNames(port: UInt16) -> Connection.Names {
    Connection.Names(
      opener: Endpoint(address(0x0af4_0105), port), acceptor: Endpoint(address(0x0af4_0207), 9_000))
  }
}

public import CaseModel

/// A network namespace inside a lab host, as a container has one: its own addresses, sysctls and counters.
public struct InnerNamespace: Sendable {
  public let host: LabHost
  /// As `ip netns` knows it on that host.
  public let name: String
  public let address: String
  /// Its link's end at the host.
  public var link: String { "veth-\(name)" }

  /// Runs a command in there to its end.
  /// - Returns: its stdout, up to 1 MiB.
  @discardableResult
  public func run(_ words: [String]) async throws(Failure) -> String { try await host.run(inside(words)) }

  /// Starts a program in there that runs until the lab comes down; `log` is a path of the host's.
  public func start(_ words: [String], log: String) async throws(Failure) {
    try await host.start(inside(words), log: log)
  }

  public func setSysctl(_ key: String, _ value: Int) async throws(Failure) {
    try await run(["sysctl", "-qw", "\(key)=\(value)"])
  }

  func inside(_ words: [String]) -> [String] { ["ip", "netns", "exec", name] + words }
}

extension LabTopology {
  /// A namespace on a host, joined to it by a veth pair: it has the network's first address, the host the second. Nothing is
  /// translated: who wants to reach it needs a route.
  /// - Parameters:
  ///   - plain: its name, where names are not drawn.
  ///   - mtu: of its own interface, `eth0`.
  public func addNamespace(
    _ plain: String, in host: LabHost, network: LabNetwork, mtu: Int = 1500
  ) async throws(Failure) -> InnerNamespace {
    let name = name(plain)
    let inner = InnerNamespace(host: host, name: name, address: network.address(1))
    let outside = inner.link
    try await host.run(["ip", "netns", "add", name])
    try await host.run([
      "ip", "link", "add", "name", outside, "type", "veth", "peer", "name", "eth0", "mtu", "\(mtu)", "netns", name,
    ])
    try await settle(outside, "\(network.address(2))/\(network.length)") { words async throws(Failure) in
      try await host.run(words)
    }
    try await settle("eth0", "\(network.address(1))/\(network.length)") { words async throws(Failure) in
      try await inner.run(words)
    }
    try await inner.run(["ip", "link", "set", "dev", "lo", "up"])
    try await inner.run(["ip", "route", "add", "default", "via", network.address(2)])
    try await host.setSysctl("net.ipv4.ip_forward", 1)
    return inner
  }
}

public import CaseModel

/// A network namespace inside a lab host, as a container has one: its own addresses, sysctls and counters.
public struct InnerNamespace: Sendable {
  public let host: LabHost
  /// As `ip netns` knows it on that host.
  public let name: String
  public let address: String

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

  private func inside(_ words: [String]) -> [String] { ["ip", "netns", "exec", name] + words }
}

extension LabTopology {
  /// A namespace on a host, joined to it by a veth pair: it has the network's first address, the host the second. Nothing is
  /// translated: who wants to reach it needs a route.
  public func addNamespace(
    _ name: String, in host: LabHost, network: LabNetwork
  ) async throws(Failure) -> InnerNamespace {
    let inner = InnerNamespace(host: host, name: name, address: network.address(1))
    try await host.run(["ip", "netns", "add", name])
    try await host.run([
      "ip", "link", "add", "name", "veth-\(name)", "type", "veth", "peer", "name", "eth0", "netns", name,
    ])
    try await host.run(["ip", "address", "add", "\(network.address(2))/\(network.length)", "dev", "veth-\(name)"])
    try await host.run(["ip", "link", "set", "dev", "veth-\(name)", "up"])
    try await inner.run(["ip", "address", "add", "\(network.address(1))/\(network.length)", "dev", "eth0"])
    try await inner.run(["ip", "link", "set", "dev", "eth0", "up"])
    try await inner.run(["ip", "link", "set", "dev", "lo", "up"])
    try await inner.run(["ip", "route", "add", "default", "via", network.address(2)])
    try await host.setSysctl("net.ipv4.ip_forward", 1)
    return inner
  }
}

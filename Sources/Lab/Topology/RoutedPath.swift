public import CaseModel

//            10.a.b.0/24               10.c.d.0/24
//   client .1 ---------- .2 gateway .2 ---------- .1 server
//          eth0         eth0       eth1         eth0

/// A client and a server with a router between them: what most incidents begin with.
public struct RoutedPath: Sendable {
  public let client: LabHost
  public let gateway: LabHost
  public let server: LabHost
  let near: LabNetwork
  let far: LabNetwork

  public var clientAddress: String { near.address(1) }
  /// The gateway, as the client sees it.
  public var nearGateway: String { near.address(2) }
  public var serverAddress: String { far.address(1) }
}

extension LabTopology {
  /// Lays the three hosts out, one for each role, with forwarding on and a route at each end.
  public func routedPath(serverSaysOldKernel: Bool = false) async throws(Failure) -> RoutedPath {
    let path = RoutedPath(
      client: try await addHost("client", roles: ["client"]),
      gateway: try await addHost("gateway", roles: ["gateway"]),
      server: try await addHost("server", roles: ["server"], saysOldKernel: serverSaysOldKernel), near: network(),
      far: network())
    try await connect(path.client, 0, path.gateway, 0, network: path.near)
    try await connect(path.server, 0, path.gateway, 1, network: path.far)
    try await path.client.run(["ip", "route", "add", "default", "via", path.near.address(2)])
    try await path.server.run(["ip", "route", "add", "default", "via", path.far.address(2)])
    try await path.gateway.setSysctl("net.ipv4.ip_forward", 1)
    return path
  }
}

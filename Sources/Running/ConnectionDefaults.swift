internal import CaseModel
internal import Planning
internal import Playbooks
internal import Remotes

/// What the command line says about every connection; an inventory host's own settings come first.
public struct ConnectionDefaults: Sendable {
  public var user: String?
  public var privateKey: String?
  /// `-F`.
  public var configFile: String?
  public var acceptNew: Bool
  public var timeout: Duration

  public init(
    user: String? = nil, privateKey: String? = nil, configFile: String? = nil, acceptNew: Bool = false,
    timeout: Duration = .seconds(10)
  ) {
    self.user = user
    self.privateKey = privateKey
    self.configFile = configFile
    self.acceptNew = acceptNew
    self.timeout = timeout
  }
}

extension Inventory.Host {
  func target(_ defaults: ConnectionDefaults) -> ConnectionTarget {
    ConnectionTarget(
      host: name, address: destination, port: port.map { Int($0.number) }, user: user ?? defaults.user,
      privateKey: privateKey ?? defaults.privateKey, configFile: defaults.configFile, knownHosts: knownHosts,
      acceptNew: defaults.acceptNew, isLocal: destination == "localhost", timeout: defaults.timeout)
  }
}

public import CaseModel
internal import Planning
public import Playbooks
public import Remotes

/// What the command line says about every connection; an inventory host's own settings come first.
public struct ConnectionDefaults: Sendable {
  public var user: String?
  public var privateKey: String?
  /// `-F`.
  public var configFile: String?
  public var acceptNew: Bool
  public var timeout: Duration
  /// `-J`.
  public var jump: String?
  /// `-K`.
  public var becomePassword: Secret?

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
  /// Its own settings, and the command line's where it has none.
  public func target(_ defaults: ConnectionDefaults) -> ConnectionTarget {
    var target = ConnectionTarget(
      host: name, address: destination, port: port.map { Int($0.number) }, user: user ?? defaults.user,
      privateKey: privateKey ?? defaults.privateKey, configFile: defaults.configFile, knownHosts: knownHosts,
      acceptNew: defaults.acceptNew, isLocal: destination == "localhost", timeout: defaults.timeout)
    target.jump = jump ?? defaults.jump
    target.transport = transport.flatMap { .init(rawValue: $0.rawValue) } ?? .automatic
    target.password = password
    if become {
      target.become = Become(
        method: becomeMethod.flatMap { .init(rawValue: $0.rawValue) } ?? .automatic,
        password: becomePassword ?? defaults.becomePassword)
    }
    return target
  }
}

extension HostPlan {
  func target(_ defaults: ConnectionDefaults) -> ConnectionTarget { login.target(defaults) }
}

public import CaseModel

/// The hosts a run may touch, and the groups that name roles. Knows nothing of `~/.ssh/config`: whoever connects asks `ssh -G`.
public struct Inventory: Hashable, Sendable {
  /// As the user named it; `--host` where there is no file.
  public var file: String
  /// In the author's order.
  public var hosts: [Host]
  public var groups: [Group]

  public init(file: String = "", hosts: [Host] = [], groups: [Group] = []) {
    self.file = file
    self.hosts = hosts
    self.groups = groups
  }

  public struct Host: Hashable, Sendable {
    public var name: HostName
    /// Where to connect, if that is not the name.
    public var address: String?
    public var port: Port?
    public var user: String?
    /// Path on the controller.
    public var privateKey: String?
    /// Path on the controller, if not the user's own.
    public var knownHosts: String?
    public var jump: String?
    public var roles: [RoleName]
    public var become: Bool
    /// nil: sudo where it is, doas elsewhere.
    public var becomeMethod: BecomeMethod?
    /// nil: libssh2 where it can serve the host, else the system's ssh.
    public var transport: Transport?
    public var password: Secret?
    public var becomePassword: Secret?
    public var mark: SourceMark

    public init(
      name: HostName, address: String? = nil, port: Port? = nil, user: String? = nil, privateKey: String? = nil,
      knownHosts: String? = nil, jump: String? = nil, roles: [RoleName] = [], become: Bool = false,
      password: Secret? = nil, becomePassword: Secret? = nil, mark: SourceMark = SourceMark(line: 1, column: 1)
    ) {
      self.name = name
      self.address = address
      self.port = port
      self.user = user
      self.privateKey = privateKey
      self.knownHosts = knownHosts
      self.jump = jump
      self.roles = roles
      self.become = become
      self.password = password
      self.becomePassword = becomePassword
      self.mark = mark
    }

    /// What to hand to ssh: the address, else the name.
    public var destination: String { address ?? name.text }
  }

  public enum BecomeMethod: String, Hashable, Sendable, CaseIterable { case sudo, doas }
  public enum Transport: String, Hashable, Sendable, CaseIterable { case auto, libssh2, openssh }

  public struct Group: Hashable, Sendable {
    public var name: String
    /// Of this group and of the groups below it.
    public var hosts: [HostName]

    public init(name: String, hosts: [HostName]) {
      self.name = name
      self.hosts = hosts
    }
  }
}

extension Inventory {
  /// Hosts of a group, or hosts that carry the role of that name, in the inventory's order.
  public func hosts(inGroup name: String) -> [Host] {
    let members = Set(groups.filter { $0.name == name }.flatMap(\.hosts))
    return hosts.filter { members.contains($0.name) || $0.roles.contains(RoleName(name)) }
  }

  public func host(_ name: HostName) -> Host? { hosts.first { $0.name == name } }
}

public import CaseModel

extension Playbook {
  /// Where a role lives, said once; everything that is `on` it follows.
  public struct Role: Hashable, Sendable {
    /// The network namespace on its host. What the playbook leaves to a variable that nobody gave is the host's own.
    public enum Place: Hashable, Sendable {
      case host
      /// By container name or id, as the container runtime knows it.
      case container(String)
      /// A named namespace of `ip netns`.
      case namespace(String)
      case process(Int)
      /// `NAMESPACE/NAME`, the name possibly with a trailing `*`.
      case pod(String)
    }

    public enum Many: String, Hashable, Sendable, CaseIterable { case one, all }
    public enum Absent: String, Hashable, Sendable, CaseIterable { case fail, skip }

    public var name: RoleName
    /// The inventory group whose hosts play it; the role's own name unless the playbook says another.
    public var group: String
    public var inside: Place
    /// An address without a login: no capture, but a place in the verdict.
    public var external: String?
    /// `one`: more than one host or container is an error; `all`: each of them.
    public var many: Many
    /// What it means if there is none.
    public var absent: Absent
    public var mark: SourceMark

    public init(
      name: RoleName, group: String? = nil, inside: Place = .host, external: String? = nil, many: Many = .all,
      absent: Absent = .fail, mark: SourceMark
    ) {
      self.name = name
      self.group = group ?? name.text
      self.inside = inside
      self.external = external
      self.many = many
      self.absent = absent
      self.mark = mark
    }
  }

  /// What `on:` says.
  public enum Target: Hashable, Sendable {
    /// Every host and namespace of the playbook, once.
    case all
    case roles([Marked<RoleName>])

    public func includes(_ role: RoleName) -> Bool {
      switch self {
      case .all: true
      case .roles(let roles): roles.contains { $0.value == role }
      }
    }
  }
}

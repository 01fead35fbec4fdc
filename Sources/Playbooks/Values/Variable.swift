extension Playbook {
  /// A value that the user gives at the start, with `-e NAME=VALUE`.
  public struct Variable: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
      case address, port, text, number, duration, size, path
    }

    /// Also the name of a shell variable: `shell` probes get every variable as their environment.
    public var name: String
    public var kind: Kind
    public var isRequired: Bool
    public var help: String?
    /// As given or by default; nil for an optional one that nobody gave.
    public var value: String?
    public var mark: SourceMark

    public init(
      name: String, kind: Kind, isRequired: Bool = false, help: String? = nil, value: String? = nil, mark: SourceMark
    ) {
      self.name = name
      self.kind = kind
      self.isRequired = isRequired
      self.help = help
      self.value = value
      self.mark = mark
    }
  }
}

/// A name of one kind of thing, so that a host cannot be passed where a vantage is meant.
///
/// On disk and on the command line it is the bare text.
public struct Name<Named>: Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
  public let text: String

  public init(_ text: String) { self.text = text }
  public init(stringLiteral text: String) { self.text = text }
  public var description: String { text }
  public static func < (a: Self, b: Self) -> Bool { a.text < b.text }
}

extension Name: Codable {
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

extension Name: CodingKeyRepresentable {
  public var codingKey: any CodingKey { text.codingKey }
  public init?(codingKey: some CodingKey) { self.init(codingKey.stringValue) }
}

public enum HostKind {}
public enum RoleKind {}
public enum VantageKind {}
public enum NamespaceKind {}
public enum FlowKind {}
public enum CaseKind {}

/// A machine, by the name that the inventory gives it.
public typealias HostName = Name<HostKind>
/// What a host is in the incident: client, gateway, server, or any word the playbook chooses.
public typealias RoleName = Name<RoleKind>
/// A place where packets were captured. Its name is its capture's name.
public typealias VantageName = Name<VantageKind>
/// A network namespace of a host: `host`, or the container's or namespace's name.
public typealias NamespaceName = Name<NamespaceKind>
/// One connection end to end, whatever addresses it wears on the way: `flow-3`.
public typealias FlowName = Name<FlowKind>
/// One run: `20261121T051033Z-reset-through-nat`.
public typealias CaseID = Name<CaseKind>

extension Name where Named == NamespaceKind {
  /// The host's own network namespace.
  public static var host: Self { "host" }
}

/// What the playbook asked of one host: kept in the case so that an expectation can be judged again from the readouts.
public struct CheckRecord: Hashable, Sendable, Codable {
  public var host: HostName
  public var namespace: NamespaceName
  /// The check's id.
  public var check: String
  /// Sysctl keys, counter names.
  public var names: [String]
  public var ports: [UInt16]
  public var expect: String?
  public var why: String?

  public init(
    host: HostName, namespace: NamespaceName, check: String, names: [String] = [], ports: [UInt16] = [],
    expect: String? = nil, why: String? = nil
  ) {
    self.host = host
    self.namespace = namespace
    self.check = check
    self.names = names
    self.ports = ports
    self.expect = expect
    self.why = why
  }
}

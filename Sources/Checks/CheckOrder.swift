/// What a playbook asks of one check: the check's id and its operands, not yet known to make sense together.
public struct CheckOrder: Hashable, Sendable, Codable {
  /// The check's id, which is its key in a playbook.
  public var id: String
  /// Sysctl keys, counter names.
  public var names: [String]
  public var ports: [UInt16]
  /// What the reading must be, as the kernel prints it.
  public var expect: String?
  /// Why it must be, for the report.
  public var why: String?

  public init(id: String, names: [String] = [], ports: [UInt16] = [], expect: String? = nil, why: String? = nil) {
    self.id = id
    self.names = names
    self.ports = ports
    self.expect = expect
    self.why = why
  }
}

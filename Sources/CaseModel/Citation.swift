/// A frame, a reading or a line that proves something, and what it says.
public enum Citation: Hashable, Sendable {
  case packet(Packet)
  case check(Check)
  case log(Log)

  public struct Packet: Hashable, Sendable, Codable {
    public var vantage: VantageName
    public var interface: String?
    public var file: String
    /// 1-based in `file`.
    public var frame: Int
    /// nil where the vantage is unaligned.
    public var time: CaseTime?
    /// For `tshark -Y`.
    public var filter: String
    public var says: String

    public init(
      vantage: VantageName, interface: String?, file: String, frame: Int, time: CaseTime?, filter: String, says: String
    ) {
      self.vantage = vantage
      self.interface = interface
      self.file = file
      self.frame = frame
      self.time = time
      self.filter = filter
      self.says = says
    }
  }

  public struct Check: Hashable, Sendable, Codable {
    public var host: HostName
    public var namespace: NamespaceName
    public var check: String
    public var file: String
    public var before: String?
    public var after: String?
    public var says: String

    public init(
      host: HostName, namespace: NamespaceName, check: String, file: String, before: String?, after: String?,
      says: String
    ) {
      self.host = host
      self.namespace = namespace
      self.check = check
      self.file = file
      self.before = before
      self.after = after
      self.says = says
    }
  }

  public struct Log: Hashable, Sendable, Codable {
    public var host: HostName
    public var file: String
    /// 1-based.
    public var line: Int
    public var time: CaseTime?
    public var says: String

    public init(host: HostName, file: String, line: Int, time: CaseTime?, says: String) {
      self.host = host
      self.file = file
      self.line = line
      self.time = time
      self.says = says
    }
  }

  public var says: String {
    switch self {
    case .packet(let packet): packet.says
    case .check(let check): check.says
    case .log(let log): log.says
    }
  }
}

extension Citation: Codable {
  private enum TypeKey: String, CodingKey { case type }
  private enum CitationType: String, Codable { case packet, check, log }

  public init(from decoder: any Decoder) throws {
    switch try decoder.container(keyedBy: TypeKey.self).decode(CitationType.self, forKey: .type) {
    case .packet: self = .packet(try Packet(from: decoder))
    case .check: self = .check(try Check(from: decoder))
    case .log: self = .log(try Log(from: decoder))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: TypeKey.self)
    switch self {
    case .packet(let packet):
      try container.encode(CitationType.packet, forKey: .type)
      try packet.encode(to: encoder)
    case .check(let check):
      try container.encode(CitationType.check, forKey: .type)
      try check.encode(to: encoder)
    case .log(let log):
      try container.encode(CitationType.log, forKey: .type)
      try log.encode(to: encoder)
    }
  }
}

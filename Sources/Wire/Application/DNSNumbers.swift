/// The type of a resource record, by IANA's registry.
public struct DNSRecordType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  public static let a = DNSRecordType(rawValue: 1)
  public static let aaaa = DNSRecordType(rawValue: 28)

  /// `AAAA`; `TYPE1234` where it has no name here (RFC 3597 section 5).
  public var description: String { Self.names[rawValue] ?? "TYPE\(rawValue)" }

  private static let names: [UInt16: String] = [
    1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 13: "HINFO", 15: "MX", 16: "TXT", 28: "AAAA", 29: "LOC",
    33: "SRV", 35: "NAPTR", 39: "DNAME", 41: "OPT", 43: "DS", 44: "SSHFP", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY",
    50: "NSEC3", 51: "NSEC3PARAM", 52: "TLSA", 59: "CDS", 60: "CDNSKEY", 64: "SVCB", 65: "HTTPS", 99: "SPF",
    249: "TKEY", 250: "TSIG", 251: "IXFR", 252: "AXFR", 255: "ANY", 257: "CAA",
  ]
}

/// How a DNS server answered, by IANA's registry.
public struct DNSResponseCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let noError = DNSResponseCode(rawValue: 0)
  public static let serverFailure = DNSResponseCode(rawValue: 2)
  public static let nonexistentDomain = DNSResponseCode(rawValue: 3)
  public static let refused = DNSResponseCode(rawValue: 5)

  /// `NXDOMAIN`; `RCODE12` where it has no name.
  public var description: String {
    Int(rawValue) < Self.names.count ? Self.names[Int(rawValue)] : "RCODE\(rawValue)"
  }

  private static let names = [
    "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH",
    "NOTZONE",
  ]
}

/// What a DNS message asks and how it was answered (RFC 1035 section 4), from a UDP payload.
///
/// Pure and total: any bytes. Which packets are DNS their port has to tell; a message is named here, not checked.
public struct DNSMessage: Hashable, Sendable {
  public static let port: UInt16 = 53
  private static let header = 12

  /// Pairs a response with its query, together with the addresses and ports.
  public var identifier: UInt16
  public var isResponse: Bool
  /// 0 is a query, 4 a notification, 5 an update.
  public var operation: UInt8
  /// The rest is to be asked for over TCP.
  public var isTruncated: Bool
  /// Meaningful in a response. The low four bits; what EDNS adds to them stands further on in the message.
  public var responseCode: DNSResponseCode
  /// How many resource records answer.
  public var answers: UInt16
  /// The first question; nil where there is none, where it is malformed, and where it was not captured whole.
  public var question: DNSQuestion?

  /// nil where there are fewer than twelve bytes.
  public init?(_ payload: UnsafeRawBufferPointer) {
    let bytes = payload.bytes
    guard bytes.byteCount >= Self.header else { return nil }
    let flags = bytes.u16(2)
    identifier = bytes.u16(0)
    isResponse = flags & 0x8000 != 0
    operation = UInt8(flags >> 11 & 15)
    isTruncated = flags & 0x0200 != 0
    responseCode = DNSResponseCode(rawValue: UInt8(flags & 15))
    answers = bytes.u16(6)
    question = bytes.u16(4) > 0 ? DNSQuestion(bytes, at: Self.header) : nil
  }
}

/// A name and what is to be known of it.
public struct DNSQuestion: Hashable, Sendable, CustomStringConvertible {
  /// As master files write it (RFC 1035 section 5.1): labels with dots between, `.` for the root, `\.` for a dot and `\007` for
  /// an unprintable byte inside a label.
  public var name: String
  public var type: DNSRecordType

  init?(_ message: RawSpan, at start: Int) {
    guard let (name, end) = DNSName.read(message, at: start), message.byteCount &- end >= 4 else { return nil }
    self.name = name
    type = DNSRecordType(rawValue: message.u16(end))
  }

  /// `db.example AAAA`.
  public var description: String { "\(name) \(type)" }
}

/// What stands before every TLS record, never encrypted (RFC 8446 section 5.1, RFC 5246 section 6.2), and of the record what can
/// be read without keys.
public struct TLSRecordHeader: Hashable, Sendable {
  public enum ContentType: UInt8, Sendable {
    case changeCipherSpec = 20
    case alert
    case handshake
    /// In TLS 1.3 also what is anything else, its alerts among them, once it is encrypted.
    case applicationData
    case heartbeat
  }

  /// A handshake's first message of either side.
  public enum Hello: UInt8, Sendable {
    case client = 1
    case server
  }

  /// Bytes of the header itself.
  public static let size = 5

  /// Where the header begins in the payload.
  public var offset: Int
  public var type: ContentType
  /// As on the wire: 0x0301 is TLS 1.0, 0x0303 TLS 1.2 and what TLS 1.3 calls itself here.
  public var version: UInt16
  /// Bytes of the record after its header, wherever they are.
  public var length: Int
  /// How many of them are in the payload.
  public var captured: Int
  /// nil where there is none, where it is encrypted and where it was not captured.
  public var alert: TLSAlert?
  /// nil also where it was not captured.
  public var hello: Hello?

  /// An alert that only the two sides can read. At the end of a connection it is nearly always close_notify.
  public var isEncryptedAlert: Bool { type == .alert && length > TLSAlert.size }

  /// The most that a record may have (RFC 5246 section 6.2.3).
  private static let longest = 16_384 + 2_048

  /// Of the record that begins at `offset`; nil where none can begin there, or fewer than five bytes are left.
  init?(_ payload: RawSpan, at offset: Int) {
    guard payload.byteCount &- offset >= Self.size, let type = ContentType(rawValue: payload.u8(offset)) else {
      return nil
    }
    version = payload.u16(offset &+ 1)
    length = Int(payload.u16(offset &+ 3))
    guard 0x0300...0x0304 ~= version, length <= Self.longest, Self.isPlausible(length, type) else { return nil }
    self.offset = offset
    self.type = type
    captured = min(length, payload.byteCount &- offset &- Self.size)
    readContent(payload, offset &+ Self.size)
  }

  private static func isPlausible(_ length: Int, _ type: ContentType) -> Bool {
    switch type {
    case .changeCipherSpec: length == 1
    case .alert: length >= TLSAlert.size
    case .handshake, .heartbeat: length > 0
    case .applicationData: true
    }
  }

  private mutating func readContent(_ payload: RawSpan, _ start: Int) {
    switch type {
    case .alert where length == TLSAlert.size && captured == length:
      alert = TLSAlert(level: payload.u8(start), description: payload.u8(start &+ 1))
    case .handshake where captured >= 6:
      // An encrypted message has no version at this place but by chance.
      let isHello = payload.u8(start &+ 4) == 3 && payload.u8(start &+ 5) <= 4
      hello = isHello ? Hello(rawValue: payload.u8(start)) : nil
    default: break
    }
  }
}

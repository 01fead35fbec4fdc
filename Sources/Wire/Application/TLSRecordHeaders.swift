/// The TLS records that begin in one TCP payload, in order; none where the payload is not TLS.
///
/// Pure and total: any bytes. A payload that begins inside a record, as those after the first of a long record do, is told so by
/// `skipping`, which of consecutive segments is the `overhang` of the one before.
///
/// ```swift
/// reader.withPayload(of: packet) { payload in
///   for record in TLSRecordHeaders(payload) where record.type == .alert { ... }
/// }
/// ```
public struct TLSRecordHeaders: Sequence, IteratorProtocol {
  private let payload: UnsafeRawBufferPointer
  private var at: Int

  /// - Parameter payload: must stay valid while this is iterated.
  /// - Parameter skipping: bytes of a record that began before the payload.
  public init(_ payload: UnsafeRawBufferPointer, skipping: Int = 0) {
    self.payload = payload
    at = Swift.max(0, skipping)
  }

  public mutating func next() -> TLSRecordHeader? {
    guard let header = TLSRecordHeader(payload.bytes, at: at) else { return nil }
    at = header.offset &+ TLSRecordHeader.size &+ header.length
    return header
  }

  /// How many bytes of the records given so far lie beyond the payload's end.
  public var overhang: Int { Swift.max(0, at &- payload.count) }
}

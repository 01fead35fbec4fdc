internal import Wire

/// libFuzzer's entry: any bytes as a capture file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzReader(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let source = ByteArraySource(Array(UnsafeBufferPointer(start: data, count: count)))
  guard var reader = try? CaptureReader(source) else { return 0 }
  var packet = Packet()
  while reader.next(&packet) {
    check(packet, in: reader)
    var inner = packet
    while reader.inner(&inner) { check(inner, in: reader) }
  }
  precondition(packet.frame == 0, "the packet after the last one is not blank")
  return 0
}

/// What holds of every packet, whatever it was made from.
private func check(_ packet: Packet, in reader: CaptureReader) {
  precondition(packet.frame == reader.frames, "a frame out of order")
  precondition(Int(packet.interface) < reader.interfaces.count, "an interface that was not described")
  let end = UInt64(packet.payloadOffset) + UInt64(packet.payloadCaptured)
  precondition(packet.payloadCaptured == 0 || end <= UInt64(packet.capturedLength), "captured beyond the frame")
  precondition(packet.payloadCaptured <= packet.payloadLength, "more captured than there was")
  reader.withPayload(of: packet) { payload in
    precondition(payload.count == Int(packet.payloadCaptured))
    guard !payload.isEmpty else { return }
    examine(payload, of: packet)
  }
}

private func examine(_ payload: UnsafeRawBufferPointer, of packet: Packet) {
  if packet.has.contains(.udp) { _ = DNSMessage(payload) }
  var headers = TLSRecordHeaders(payload)
  var records = 0
  while headers.next() != nil { records += 1 }
  precondition(records <= payload.count, "records without a header")
}

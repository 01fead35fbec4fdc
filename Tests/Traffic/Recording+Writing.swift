public import Wire

extension Recording {
  /// Writes one vantage's capture.
  /// - Throws: what the sink throws.
  public func write(_ vantage: Int, into sink: inout some ByteSink) throws {
    let snaplen = faults.snaplen(vantage)
    if faults.isPcapng(vantage) { return try writePcapng(vantage, snaplen, into: &sink) }
    let isMicrosecond = faults.isMicrosecond(vantage)
    var buffer: [UInt8] = []
    buffer.reserveCapacity(1 << 20)
    let link: UInt32 = network.vantages[vantage].link == .ethernet ? 1 : 276
    let header: [UInt32] = [isMicrosecond ? 0xa1b2_c3d4 : 0xa1b2_3c4d, 4 << 16 | 2, 0, 0, UInt32(snaplen), link]
    for number in header { Self.put(number, &buffer) }
    try eachFrame(vantage, snaplen) { frame, length, time in
      let part = time % 1_000_000_000
      Self.put(UInt32(truncatingIfNeeded: time / 1_000_000_000), &buffer)
      Self.put(UInt32(truncatingIfNeeded: isMicrosecond ? part / 1_000 : part), &buffer)
      Self.put(UInt32(frame.count), &buffer)
      Self.put(UInt32(length), &buffer)
      buffer.append(contentsOf: frame)
      guard buffer.count >= 1 << 20 else { return }
      try buffer.withUnsafeBytes { try sink.write($0) }
      buffer.removeAll(keepingCapacity: true)
    }
    try buffer.withUnsafeBytes { try sink.write($0) }
  }

  private func writePcapng(_ vantage: Int, _ snaplen: Int, into sink: inout some ByteSink) throws {
    var encoder = PcapngEncoder(application: "traffic")
    let link: LinkType = network.vantages[vantage].link == .ethernet ? .ethernet : .linuxCooked2
    let interface = encoder.interface(CaptureInterface(linkType: link, snaplen: UInt32(snaplen)))
    let unit: Int64 = faults.isMicrosecond(vantage) ? 1_000 : 1
    try eachFrame(vantage, snaplen) { frame, length, time in
      frame.withUnsafeBytes {
        encoder.packet(
          UnsafeRawBufferPointer(rebasing: $0[...]), interface: interface, time: time - time % unit,
          originalLength: UInt32(length))
      }
      if encoder.count >= PcapngEncoder.worthwhile { try encoder.drain(into: &sink) }
    }
    try encoder.drain(into: &sink)
  }

  private func eachFrame(
    _ vantage: Int, _ snaplen: Int, _ body: (ArraySlice<UInt8>, _ length: Int, _ time: Int64) throws -> Void
  ) rethrows {
    var writer = FrameWriter(self, keeps: snaplen)
    for (number, index) in frames[vantage].enumerated() {
      writer.write(index)
      let isSecond = network.vantages[vantage].showsTwice && number % 2 == 1
      let time = reading(sightings[Int(index)].time + (isSecond ? 2_000 : 0), at: vantage)
      try body(writer.frame.bytes.prefix(snaplen), writer.length, time)
    }
  }

  @inline(__always)
  private static func put(_ number: UInt32, _ buffer: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { buffer.append(contentsOf: $0) }
  }
}

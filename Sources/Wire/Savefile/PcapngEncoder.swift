/// The blocks of a pcapng file as bytes, little-endian: for who writes millions of packets and passes the bytes on himself,
/// now and then, with `drain`. Not generic, so that it is compiled once and not for each kind of sink.
public struct PcapngEncoder: Sendable {
  /// As many bytes as are worth passing on.
  public static let worthwhile = 1 << 20
  /// How many bytes were not passed on yet.
  public private(set) var count = 0
  /// Those, and room for more: a packet is written where it belongs, since appending its fields takes longer than all the rest.
  private var memory: [UInt8]
  private var interfaces: UInt32 = 0

  /// Begins a section, with what it says of where it was made.
  public init(hardware: String? = nil, system: String? = nil, application: String? = nil) {
    memory = [UInt8](repeating: 0, count: Self.worthwhile + 1 << 18)
    section(hardware: hardware, system: system, application: application)
  }

  /// Passes everything on.
  /// - Throws: what the sink throws.
  public mutating func drain(into sink: inout some ByteSink) throws {
    try memory.withUnsafeBytes { try sink.write(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    count = 0
  }

  private mutating func section(hardware: String?, system: String?, application: String?) {
    block(PcapngBlock.section) {
      $0.put(PcapngBlock.byteOrderMagic)
      $0.put(1 as UInt16)
      $0.put(0 as UInt16)
      // The section's length is not known beforehand.
      $0.put(UInt64.max)
      let options = [
        (PcapngOption.hardware, hardware), (PcapngOption.system, system), (PcapngOption.application, application),
      ]
      for (code, text) in options { $0.text(code, text) }
      if options.contains(where: { $0.1 != nil }) { $0.endOptions() }
    }
  }

  /// Describes an interface; its timestamps count nanoseconds, whatever `resolution` says.
  /// - Returns: its number, for its packets.
  public mutating func interface(_ interface: CaptureInterface) -> UInt32 {
    defer { interfaces += 1 }
    block(PcapngBlock.interfaceDescription) {
      $0.put(UInt16(truncatingIfNeeded: interface.linkType.rawValue))
      $0.put(0 as UInt16)
      $0.put(interface.snaplen)
      $0.text(PcapngOption.interfaceName, interface.name)
      $0.text(PcapngOption.interfaceDescription, interface.description)
      $0.option(PcapngOption.timestampResolution, [9])
      // The leading zero says that the filter is text.
      if let filter = interface.filter { $0.option(PcapngOption.filter, [0] + filter.utf8.prefix(65_000)) }
      $0.endOptions()
    }
    return interfaces
  }

  /// Keys with which a reader decrypts the packets behind them: a decryption secrets block that holds a TLS key log.
  public mutating func secrets(_ keys: TLSKeyLog) {
    guard !keys.bytes.isEmpty else { return }
    block(PcapngBlock.decryptionSecrets) {
      $0.put(0x544c_534b as UInt32)
      $0.put(UInt32(truncatingIfNeeded: keys.bytes.count))
      $0.put(keys.bytes)
      $0.pad(-keys.bytes.count & 3)
    }
  }

  /// One frame, with the bytes captured of it.
  /// - Parameters:
  ///   - time: nanoseconds since 1970; earlier instants are written as 1970.
  ///   - originalLength: how long it was on the wire.
  public mutating func packet(
    _ frame: UnsafeRawBufferPointer, interface: UInt32, time: Int64, originalLength: UInt32,
    direction: Packet.Direction = .unknown, comments: [String] = []
  ) {
    guard direction != .unknown || !comments.isEmpty else {
      return plainPacket(frame, interface, time, originalLength)
    }
    let start = count
    reserve(PacketBlock.size)
    let block = PacketBlock(length: 0, interface, time, captured: frame.count, originalLength)
    memory.withUnsafeMutableBytes { block.write(to: $0, at: start) }
    count += PacketBlock.size
    put(frame)
    pad(-frame.count & 3)
    for comment in comments { text(PcapngOption.comment, comment) }
    if direction != .unknown { option(PcapngOption.packetFlags, [direction == .inbound ? 1 : 2, 0, 0, 0]) }
    endOptions()
    close(start)
  }

  @inline(__always)
  private mutating func plainPacket(
    _ frame: UnsafeRawBufferPointer, _ interface: UInt32, _ time: Int64, _ originalLength: UInt32
  ) {
    let padded = frame.count + (-frame.count & 3)
    let length = UInt32(truncatingIfNeeded: PacketBlock.size + padded + 4)
    reserve(Int(length))
    let block = PacketBlock(length: length, interface, time, captured: frame.count, originalLength)
    let start = count
    memory.withUnsafeMutableBytes { memory in
      block.write(to: memory, at: start)
      let place = UnsafeMutableRawBufferPointer(rebasing: memory[(start + PacketBlock.size)..<(start + Int(length))])
      // Before the frame, whose end the zeros make whole.
      if padded > 0 { place.storeBytes(of: 0, toByteOffset: padded - 4, as: UInt32.self) }
      place.copyMemory(from: frame)
      place.storeBytes(of: length.littleEndian, toByteOffset: padded, as: UInt32.self)
    }
    count += Int(length)
  }

  /// What was counted on an interface.
  public mutating func statistics(_ statistics: CaptureInterface.Statistics, interface: UInt32) {
    block(PcapngBlock.interfaceStatistics) {
      $0.put(interface)
      $0.timestamp(statistics.end ?? statistics.start ?? 0)
      if let start = statistics.start { $0.timestamp(PcapngOption.statisticsStart, start) }
      if let end = statistics.end { $0.timestamp(PcapngOption.statisticsEnd, end) }
      $0.count(PcapngOption.received, statistics.received)
      $0.count(PcapngOption.droppedByInterface, statistics.droppedByInterface)
      $0.count(PcapngOption.droppedBySystem, statistics.droppedBySystem)
      $0.endOptions()
    }
  }

  /// Names for addresses, as a reader may show them.
  public mutating func names(_ names: [(address: IPAddress, name: String)]) {
    guard !names.isEmpty else { return }
    block(PcapngBlock.nameResolution) {
      for (address, name) in names {
        let isIPv6 = address.isIPv6
        let number = (isIPv6 ? Self.bigEndian(address.high) : []) + Self.bigEndian(address.low).suffix(isIPv6 ? 8 : 4)
        $0.option(isIPv6 ? 2 : 1, number + name.utf8.prefix(255).filter { $0 != 0 } + [0])
      }
      $0.endOptions()
    }
  }
}

/// What an enhanced packet block begins with.
private struct PacketBlock {
  static let size = 28
  private let fields: (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32)

  @inline(__always)
  init(length: UInt32, _ interface: UInt32, _ time: Int64, captured: Int, _ originalLength: UInt32) {
    let units = UInt64(max(0, time))
    fields = (
      PcapngBlock.enhancedPacket.littleEndian, length.littleEndian, interface.littleEndian,
      UInt32(truncatingIfNeeded: units >> 32).littleEndian, UInt32(truncatingIfNeeded: units).littleEndian,
      UInt32(truncatingIfNeeded: captured).littleEndian, originalLength.littleEndian
    )
  }

  @inline(__always)
  func write(to memory: UnsafeMutableRawBufferPointer, at start: Int) {
    withUnsafeBytes(of: fields) { UnsafeMutableRawBufferPointer(rebasing: memory[start...]).copyMemory(from: $0) }
  }
}

extension PcapngEncoder {
  private mutating func put<N: FixedWidthInteger>(_ number: N) {
    withUnsafeBytes(of: number.littleEndian) { put($0) }
  }

  private mutating func put(_ more: UnsafeRawBufferPointer) {
    reserve(more.count)
    let start = count
    memory.withUnsafeMutableBytes { UnsafeMutableRawBufferPointer(rebasing: $0[start...]).copyMemory(from: more) }
    count += more.count
  }

  private mutating func put(_ more: some Collection<UInt8>) {
    for byte in more { put(byte) }
  }

  @inline(__always)
  private mutating func reserve(_ more: Int) {
    if memory.count - count < more { grow(more) }
  }

  @inline(never)
  private mutating func grow(_ more: Int) {
    memory.append(contentsOf: repeatElement(0, count: max(more, memory.count)))
  }

  private static func bigEndian(_ number: UInt64) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }

  private mutating func pad(_ count: Int) {
    for _ in 0..<count { put(0 as UInt8) }
  }

  /// A block round what `body` puts.
  private mutating func block(_ type: UInt32, _ body: (inout PcapngEncoder) -> Void) {
    let start = count
    put(type)
    put(0 as UInt32)
    body(&self)
    close(start)
  }

  /// Ends the block that began at `start` with its length, which its beginning tells, too.
  private mutating func close(_ start: Int) {
    let length = UInt32(truncatingIfNeeded: count + 4 - start)
    put(length)
    memory.withUnsafeMutableBytes { $0.storeBytes(of: length.littleEndian, toByteOffset: start + 4, as: UInt32.self) }
  }

  private mutating func option(_ code: UInt16, _ value: some Collection<UInt8>) {
    put(code)
    put(UInt16(truncatingIfNeeded: value.count))
    put(value)
    pad(-value.count & 3)
  }

  private mutating func text(_ code: UInt16, _ text: String?) {
    guard let text else { return }
    guard text.utf8.count > Int(UInt16.max) else { return option(code, text.utf8) }
    var end = text.utf8.index(text.startIndex, offsetBy: Int(UInt16.max))
    while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
    option(code, text[..<end].utf8)
  }

  /// Upper half first, in either byte order.
  private mutating func timestamp(_ time: Int64) {
    let units = UInt64(max(0, time))
    put(UInt32(truncatingIfNeeded: units >> 32))
    put(UInt32(truncatingIfNeeded: units))
  }

  private mutating func timestamp(_ code: UInt16, _ time: Int64) {
    put(code)
    put(8 as UInt16)
    timestamp(time)
  }

  private mutating func count(_ code: UInt16, _ count: UInt64?) {
    guard let count else { return }
    put(code)
    put(8 as UInt16)
    put(count)
  }

  private mutating func endOptions() { put(0 as UInt32) }
}

/// Writes a pcapng file: one section, its interfaces, packets in the order given, statistics and names.
///
/// Gathers blocks in a buffer of its own and passes on about 1 MiB at a time; call `finish` at the end, or the rest is lost.
/// Options end with the one that tells so, texts longer than an option may be (65,535 bytes) are cut between characters.
public struct PcapngWriter<Sink: ByteSink> {
  /// Where the bytes go. Holds everything only after `finish`.
  public private(set) var sink: Sink
  @usableFromInline var encoder = PcapngEncoder()
  @usableFromInline static var full: Int { 1 << 20 }

  /// Begins a section, with what it says of where it was made.
  public init(_ sink: Sink, hardware: String? = nil, system: String? = nil, application: String? = nil) {
    self.sink = sink
    encoder.section(hardware: hardware, system: system, application: application)
  }

  /// Describes an interface; its timestamps count nanoseconds, whatever `resolution` and `statistics` say.
  /// - Returns: its number, for its packets.
  /// - Throws: what the sink throws.
  public mutating func interface(_ interface: CaptureInterface) throws -> UInt32 {
    defer { interfaces += 1 }
    encoder.interface(interface)
    try flush(beyond: Self.full)
    return interfaces
  }

  private var interfaces: UInt32 = 0

  /// One frame, with the bytes captured of it.
  /// - Parameters:
  ///   - time: nanoseconds since 1970; earlier instants are written as 1970.
  ///   - originalLength: how long it was on the wire.
  /// - Throws: what the sink throws.
  @inlinable
  public mutating func packet(
    _ frame: UnsafeRawBufferPointer, interface: UInt32, time: Int64, originalLength: UInt32,
    direction: Packet.Direction = .unknown, comments: [String] = []
  ) throws {
    encoder.packet(
      frame, interface: interface, time: time, originalLength: originalLength, direction: direction, comments: comments)
    if encoder.bytes.count >= Self.full { try flush(beyond: Self.full) }
  }

  /// What was counted on an interface.
  /// - Throws: what the sink throws.
  public mutating func statistics(_ statistics: CaptureInterface.Statistics, interface: UInt32) throws {
    encoder.statistics(statistics, interface: interface)
    try flush(beyond: Self.full)
  }

  /// Names for addresses, as a reader may show them.
  /// - Throws: what the sink throws.
  public mutating func names(_ names: [(address: IPAddress, name: String)]) throws {
    encoder.names(names)
    try flush(beyond: Self.full)
  }

  /// Passes on what is still in the buffer.
  /// - Throws: what the sink throws.
  public mutating func finish() throws { try flush(beyond: 1) }

  @usableFromInline
  mutating func flush(beyond count: Int) throws {
    guard encoder.bytes.count >= count else { return }
    try encoder.bytes.withUnsafeBytes { try sink.write($0) }
    encoder.bytes.removeAll(keepingCapacity: true)
  }
}

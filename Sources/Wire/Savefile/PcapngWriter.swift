/// Writes a pcapng file: one section, its interfaces, packets in the order given, statistics and names.
///
/// Gathers blocks in a buffer of its own and passes on about 1 MiB at a time; call `finish` at the end, or the rest is lost.
/// Options end with the one that tells so, texts longer than an option may be (65,535 bytes) are cut between characters.
public struct PcapngWriter<Sink: ByteSink> {
  /// Where the bytes go. Holds everything only after `finish`.
  public private(set) var sink: Sink
  private var encoder: PcapngEncoder

  /// Begins a section, with what it says of where it was made.
  public init(_ sink: Sink, hardware: String? = nil, system: String? = nil, application: String? = nil) {
    self.sink = sink
    encoder = PcapngEncoder(hardware: hardware, system: system, application: application)
  }

  /// Describes an interface; its timestamps count nanoseconds, whatever `resolution` and `statistics` say.
  /// - Returns: its number, for its packets.
  /// - Throws: what the sink throws.
  public mutating func interface(_ interface: CaptureInterface) throws -> UInt32 {
    let number = encoder.interface(interface)
    try drainIfWorthwhile()
    return number
  }

  /// One frame, with the bytes captured of it.
  /// - Parameters:
  ///   - time: nanoseconds since 1970; earlier instants are written as 1970.
  ///   - originalLength: how long it was on the wire.
  /// - Throws: what the sink throws.
  public mutating func packet(
    _ frame: UnsafeRawBufferPointer, interface: UInt32, time: Int64, originalLength: UInt32,
    direction: Packet.Direction = .unknown, comments: [String] = []
  ) throws {
    encoder.packet(
      frame, interface: interface, time: time, originalLength: originalLength, direction: direction, comments: comments)
    try drainIfWorthwhile()
  }

  /// What was counted on an interface.
  /// - Throws: what the sink throws.
  public mutating func statistics(_ statistics: CaptureInterface.Statistics, interface: UInt32) throws {
    encoder.statistics(statistics, interface: interface)
    try drainIfWorthwhile()
  }

  /// Names for addresses, as a reader may show them.
  /// - Throws: what the sink throws.
  public mutating func names(_ names: [(address: IPAddress, name: String)]) throws {
    encoder.names(names)
    try drainIfWorthwhile()
  }

  /// Passes on what is still in the buffer.
  /// - Throws: what the sink throws.
  public mutating func finish() throws { try encoder.drain(into: &sink) }

  private mutating func drainIfWorthwhile() throws {
    if encoder.count >= PcapngEncoder.worthwhile { try encoder.drain(into: &sink) }
  }
}

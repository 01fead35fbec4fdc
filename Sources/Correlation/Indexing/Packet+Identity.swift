internal import Wire

extension Packet {
  /// What tells it from others inside the same tunnel: unlike its own hops, a tunnel's nodes change nothing of it.
  var identity: UInt64 {
    let ends = Mix.fold(source.low ^ source.high, destination.low ^ destination.high.byteSwapped)
    let ports = UInt64(sourcePort) << 48 | UInt64(destinationPort) << 32 | UInt64(identification) << 16
    let numbers = Mix.fold(Mix.pair(sequence, acknowledgment), ports | UInt64(flags.rawValue) << 8 | UInt64(transport))
    let stamps = Mix.fold(Mix.pair(timestampValue, timestampEcho), payloadHash ^ UInt64(fragmentOffset))
    return Mix.fold(ends ^ numbers, stamps)
  }
}

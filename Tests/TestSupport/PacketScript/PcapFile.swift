/// A pcap file in memory.
struct PcapFile {
  private(set) var bytes: [UInt8] = []
  private let settings: VantageSettings

  init(_ settings: VantageSettings) {
    self.settings = settings
    put(settings.isNanoseconds ? 0xa1b2_3c4d : 0xa1b2_c3d4 as UInt32)
    put(2 as UInt16)
    put(4 as UInt16)
    put(0 as UInt64)
    put(UInt32(truncatingIfNeeded: settings.snaplen))
    put(settings.link.number)
  }

  /// `time` in nanoseconds since 1970.
  mutating func append(_ frame: [UInt8], time: Int64) {
    let captured = frame.prefix(settings.snaplen)
    put(UInt32(truncatingIfNeeded: time / 1_000_000_000))
    put(UInt32(truncatingIfNeeded: time % 1_000_000_000 / (settings.isNanoseconds ? 1 : 1000)))
    put(UInt32(captured.count))
    put(UInt32(frame.count))
    bytes += captured
  }

  private mutating func put<N: FixedWidthInteger>(_ number: N) {
    bytes += settings.isBigEndian ? bigEndian(number) : bigEndian(number).reversed()
  }
}

extension VantageSettings.Link {
  /// In the registry of link types.
  var number: UInt32 {
    switch self {
    case .ethernet, .vlan: 1
    case .sll: 113
    case .sll2: 276
    case .raw: 101
    case .null: 0
    }
  }
}

/// Block types of pcapng (draft-ietf-opsawg-pcapng).
enum PcapngBlock {
  static let interfaceDescription: UInt32 = 1
  /// Obsolete, and still found in old captures.
  static let packet: UInt32 = 2
  static let simplePacket: UInt32 = 3
  static let nameResolution: UInt32 = 4
  static let interfaceStatistics: UInt32 = 5
  static let enhancedPacket: UInt32 = 6
  static let decryptionSecrets: UInt32 = 10
  /// Reads the same in either byte order.
  static let section: UInt32 = 0x0a0d_0d0a
  static let byteOrderMagic: UInt32 = 0x1a2b_3c4d
}

/// What holds until the next section header.
struct PcapngSection: Sendable {
  var swapped = false
  /// This section's interfaces are counted from here in the reader's.
  var firstInterface = 0
  /// By the section's own numbers.
  var interfaces: [InterfaceLayout] = []

  /// What is needed of an interface for each packet.
  struct InterfaceLayout: Sendable {
    var linkType: LinkType
    var snaplen: UInt32
    var largestFrame: Int
    var resolution: TimestampResolution
    /// 0 where the resolution does not divide into nanoseconds.
    var exactUnit: Int64
    /// Nanoseconds to add.
    var offset: Int64

    @inline(__always)
    func time(_ units: UInt64) -> Int64 {
      let time =
        exactUnit > 0 ? Int64(truncatingIfNeeded: units) &* exactUnit : resolution.nanoseconds(units)
      return time &+ offset
    }
  }
}

extension CaptureReader {
  /// Blocks other than packets that are longer than this are not believed.
  static let largestDescription = 16 << 20
  /// A file may describe so many interfaces.
  private static let mostInterfaces = 65_536

  mutating func openPcapng() throws(CaptureFileError) {
    guard window.holds(28) else { throw headerCut("pcapng", needs: 28) }
    let order = window.u32(8)
    guard order == PcapngBlock.byteOrderMagic || order.byteSwapped == PcapngBlock.byteOrderMagic else {
      throw .notACapture(starts: "0a0d0d0a")
    }
  }

  @inline(__always)
  mutating func nextOfPcapng(_ packet: inout Packet) -> LinkType? {
    while window.holds(12) {
      let type = window.u32(0, swapped: section.swapped)
      if type == PcapngBlock.section, !beginSection() { return nil }
      let length = Int(window.u32(4, swapped: section.swapped))
      guard length >= 12, length & 3 == 0 else { return endBlock("has a block length of \(length), which cannot be") }
      switch type {
      case PcapngBlock.enhancedPacket, PcapngBlock.packet, PcapngBlock.simplePacket:
        return nextPacketBlock(type, length, &packet)
      case PcapngBlock.section, PcapngBlock.interfaceDescription, PcapngBlock.interfaceStatistics:
        guard readDescription(type, length) else { return nil }
      default:
        guard passOver(length) else { return nil }
      }
    }
    let rest = window.remaining
    return endBlock(rest == 0 ? nil : "is cut off: \(rest) bytes of its block header are there")
  }

  mutating func endBlock(_ says: String?) -> LinkType? {
    end(says)
    return nil
  }

  /// Whether the whole block is in memory and ends with the length that it began with.
  @inline(__always)
  mutating func holdsBlock(_ length: Int, atMost limit: Int) -> Bool {
    guard length <= limit else {
      end("has a block length of \(length), more than the \(limit) that it may have")
      return false
    }
    guard window.holds(length) else {
      end("is cut off: \(window.remaining) of \(length) bytes of its block are there")
      return false
    }
    guard Int(window.u32(length &- 4, swapped: section.swapped)) == length else {
      end("has a block whose two lengths differ: \(length) and \(window.u32(length &- 4, swapped: section.swapped))")
      return false
    }
    return true
  }

  /// A block of a kind that says nothing about packets.
  private mutating func passOver(_ length: Int) -> Bool {
    guard window.skip(Int64(length)) else {
      end("is cut off: \(window.remaining) of \(length) bytes of the block before it are there")
      return false
    }
    return true
  }

  /// Learns the byte order of the section that begins here.
  private mutating func beginSection() -> Bool {
    let order = window.u32(8)
    guard order == PcapngBlock.byteOrderMagic || order.byteSwapped == PcapngBlock.byteOrderMagic else {
      end("is in a section without a byte order")
      return false
    }
    section = PcapngSection(swapped: order != PcapngBlock.byteOrderMagic, firstInterface: interfaces.count)
    return true
  }

  private mutating func readDescription(_ type: UInt32, _ length: Int) -> Bool {
    guard holdsBlock(length, atMost: Self.largestDescription) else { return false }
    switch type {
    case PcapngBlock.interfaceDescription where length >= 20:
      guard interfaces.count < Self.mostInterfaces else {
        end("follows more than \(Self.mostInterfaces) interfaces")
        return false
      }
      describeInterface(length)
    case PcapngBlock.interfaceStatistics where length >= 24: readStatistics(length)
    default: break
    }
    window.advance(length)
    return true
  }

  private mutating func describeInterface(_ length: Int) {
    let swapped = section.swapped
    let options = PcapngOptions(window, from: 16, to: length - 4, swapped)
    let resolution = options.bytes(PcapngOption.timestampResolution).first.map(TimestampResolution.init(optionByte:))
    let interface = CaptureInterface(
      linkType: LinkType(rawValue: UInt32(window.u16(8, swapped: swapped))),
      name: options.text(PcapngOption.interfaceName),
      description: options.text(PcapngOption.interfaceDescription), filter: options.filter(),
      snaplen: window.u32(12, swapped: swapped), resolution: resolution ?? .microseconds)
    let seconds = Int64(bitPattern: options.u64(PcapngOption.timestampOffset) ?? 0)
    section.interfaces.append(
      PcapngSection.InterfaceLayout(
        linkType: interface.linkType, snaplen: interface.snaplen,
        largestFrame: Self.largestFrame(snaplen: interface.snaplen), resolution: interface.resolution,
        exactUnit: interface.resolution.exactUnit, offset: seconds &* 1_000_000_000))
    interfaces.append(interface)
  }

  /// The last word of a capture on an interface stands.
  private mutating func readStatistics(_ length: Int) {
    let number = Int(window.u32(8, swapped: section.swapped))
    guard number < section.interfaces.count else { return }
    let layout = section.interfaces[number]
    let options = PcapngOptions(window, from: 20, to: length - 4, section.swapped)
    interfaces[section.firstInterface + number].statistics = CaptureInterface.Statistics(
      start: options.timestamp(PcapngOption.statisticsStart).map(layout.time),
      end: options.timestamp(PcapngOption.statisticsEnd).map(layout.time),
      received: options.u64(PcapngOption.received), droppedByInterface: options.u64(PcapngOption.droppedByInterface),
      droppedBySystem: options.u64(PcapngOption.droppedBySystem))
  }
}

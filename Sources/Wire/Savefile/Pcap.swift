/// How the records of one pcap file are laid out (draft-ietf-opsawg-pcap), by its magic number.
struct PcapLayout: Sendable {
  /// The file's byte order is not this machine's.
  let swapped: Bool
  let resolution: TimestampResolution
  let nanosecondsPerUnit: Int64
  /// Kuznetzov's variant carries interface, protocol and packet type after the usual sixteen bytes.
  let recordHeader: Int
  var linkType = LinkType.null
  var largestFrame = CaptureReader.customaryFrame

  static let fileHeader = 24

  init?(magic: UInt32) {
    let swapped = ![0xa1b2_c3d4, 0xa1b2_3c4d, 0xa1b2_cd34].contains(magic)
    switch swapped ? magic.byteSwapped : magic {
    case 0xa1b2_c3d4: self.init(swapped, .microseconds, 16)
    case 0xa1b2_3c4d: self.init(swapped, .nanoseconds, 16)
    case 0xa1b2_cd34: self.init(swapped, .microseconds, 24)
    default: return nil
    }
  }

  private init(_ swapped: Bool, _ resolution: TimestampResolution, _ recordHeader: Int) {
    self.swapped = swapped
    self.resolution = resolution
    self.recordHeader = recordHeader
    nanosecondsPerUnit = resolution.nanosecondsPerUnit
  }
}

extension CaptureReader {
  mutating func openPcap(_ layout: PcapLayout) throws(CaptureFileError) {
    guard window.holds(PcapLayout.fileHeader) else { throw headerCut("pcap", needs: PcapLayout.fileHeader) }
    var layout = layout
    let snaplen = window.u32(16, swapped: layout.swapped)
    // The upper six bits tell of a frame check sequence.
    layout.linkType = LinkType(rawValue: window.u32(20, swapped: layout.swapped) & 0x03ff_ffff)
    layout.largestFrame = CaptureReader.largestFrame(snaplen: snaplen)
    interfaces = [CaptureInterface(linkType: layout.linkType, snaplen: snaplen, resolution: layout.resolution)]
    window.advance(PcapLayout.fileHeader)
    pcap = layout
  }

  /// What a frame may hold under this limit; beyond it a length is a lie.
  static func largestFrame(snaplen: UInt32) -> Int {
    snaplen == 0 ? customaryFrame : min(largestFrame, max(customaryFrame, Int(snaplen)))
  }

  @inline(__always)
  mutating func nextOfPcap(_ packet: inout Packet) -> LinkType? {
    guard let layout = pcap else { return nil }
    let header = layout.recordHeader
    guard window.holds(header) else { return endInRecordHeader(header) }
    let captured = Int(window.u32(8, swapped: layout.swapped))
    guard captured <= layout.largestFrame else { return endOversized(captured, layout.largestFrame) }
    guard window.holds(header &+ captured) else { return endInFrame(captured, after: header) }
    let seconds = Int64(window.u32(0, swapped: layout.swapped))
    let fraction = Int64(window.u32(4, swapped: layout.swapped))
    packet.time = seconds &* 1_000_000_000 &+ fraction &* layout.nanosecondsPerUnit
    packet.capturedLength = UInt32(truncatingIfNeeded: captured)
    packet.originalLength = window.u32(12, swapped: layout.swapped)
    if header == 24 {
      packet.interfaceIndex = window.u32(16, swapped: layout.swapped)
      packet.direction = LinuxCooked.direction(UInt16(window.u32(20, swapped: layout.swapped) >> 16 & 0xff))
    }
    take(captured, at: header, next: header &+ captured)
    return layout.linkType
  }

  private mutating func endInRecordHeader(_ header: Int) -> LinkType? {
    let rest = window.remaining
    end(rest == 0 ? nil : "is cut off: \(rest) of \(header) bytes of its record header are there")
    return nil
  }

  private mutating func endInFrame(_ captured: Int, after header: Int) -> LinkType? {
    end("is cut off: \(window.remaining &- Int64(header)) of \(captured) bytes are there")
    return nil
  }

  mutating func endOversized(_ captured: Int, _ limit: Int) -> LinkType? {
    end("claims \(captured) captured bytes, more than the \(limit) that a frame may have here")
    return nil
  }
}

/// Option codes of pcapng, each within its kind of block.
enum PcapngOption {
  static let end: UInt16 = 0
  static let comment: UInt16 = 1
  static let hardware: UInt16 = 2
  static let system: UInt16 = 3
  static let application: UInt16 = 4
  static let interfaceName: UInt16 = 2
  static let interfaceDescription: UInt16 = 3
  static let timestampResolution: UInt16 = 9
  static let filter: UInt16 = 11
  static let timestampOffset: UInt16 = 14
  static let packetFlags: UInt16 = 2
  static let statisticsStart: UInt16 = 2
  static let statisticsEnd: UInt16 = 3
  static let received: UInt16 = 4
  static let droppedByInterface: UInt16 = 5
  static let droppedBySystem: UInt16 = 7
}

/// The options of the block at the window's position, looked up by code; the first of a code counts.
struct PcapngOptions {
  private let window: ByteWindow
  private let start: Int
  private let end: Int
  private let swapped: Bool

  /// `start` and `end` are counted from the window's position.
  init(_ window: ByteWindow, from start: Int, to end: Int, _ swapped: Bool) {
    self.window = window
    self.start = start
    self.end = end
    self.swapped = swapped
  }

  func bytes(_ code: UInt16) -> ArraySlice<UInt8> {
    guard let value = value(code) else { return [] }
    return window.buffer[(window.position + value.lowerBound)..<(window.position + value.upperBound)]
  }

  /// UTF-8, what is wrong in it replaced; nil where the option is absent or empty.
  func text(_ code: UInt16) -> String? {
    let bytes = bytes(code)
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }

  /// Only filters that are text: the first byte says which kind it is.
  func filter() -> String? {
    let bytes = bytes(PcapngOption.filter)
    return bytes.count > 1 && bytes.first == 0 ? String(decoding: bytes.dropFirst(), as: UTF8.self) : nil
  }

  func u32(_ code: UInt16) -> UInt32? {
    guard let value = value(code), value.count == 4 else { return nil }
    return window.u32(value.lowerBound, swapped: swapped)
  }

  func u64(_ code: UInt16) -> UInt64? {
    guard let value = value(code), value.count == 8 else { return nil }
    let (first, second) = (
      UInt64(window.u32(value.lowerBound, swapped: swapped)), UInt64(window.u32(value.lowerBound + 4, swapped: swapped))
    )
    // The lower half comes first in a little-endian file.
    let isLittle = swapped == (UInt32(littleEndian: 1) != 1)
    return isLittle ? second << 32 | first : first << 32 | second
  }

  /// Timestamps are two halves, the upper one first in either byte order.
  func timestamp(_ code: UInt16) -> UInt64? {
    guard let value = value(code), value.count == 8 else { return nil }
    return UInt64(window.u32(value.lowerBound, swapped: swapped)) << 32
      | UInt64(window.u32(value.lowerBound + 4, swapped: swapped))
  }

  private func value(_ code: UInt16) -> Range<Int>? {
    var at = start
    while at &+ 4 <= end {
      let found = window.u16(at, swapped: swapped)
      let length = Int(window.u16(at &+ 2, swapped: swapped))
      guard found != PcapngOption.end, at &+ 4 &+ length <= end else { return nil }
      if found == code { return (at &+ 4)..<(at &+ 4 &+ length) }
      at &+= 4 &+ (length &+ 3) & ~3
    }
    return nil
  }
}

/// Loads that are total: what lies outside the bytes reads as zero, so that no header field, however wrong a length check,
/// can trap. Layers still check their lengths once, because zero is an answer only where nothing was reached.
extension RawSpan {
  @inline(__always)
  func u8(_ at: Int) -> UInt8 {
    guard at >= 0, at < byteCount else { return 0 }
    return unsafeLoad(fromUncheckedByteOffset: at, as: UInt8.self)
  }

  /// Big-endian, as everything on the wire.
  @inline(__always)
  func u16(_ at: Int) -> UInt16 { load(at, as: UInt16.self).bigEndian }

  @inline(__always)
  func u32(_ at: Int) -> UInt32 { load(at, as: UInt32.self).bigEndian }

  @inline(__always)
  func u64(_ at: Int) -> UInt64 { load(at, as: UInt64.self).bigEndian }

  /// In the byte order of this machine.
  @inline(__always)
  func load<N: FixedWidthInteger & BitwiseCopyable>(_ at: Int, as type: N.Type) -> N {
    guard at >= 0, at <= byteCount &- MemoryLayout<N>.size else { return 0 }
    return unsafeLoadUnaligned(fromUncheckedByteOffset: at, as: type)
  }
}

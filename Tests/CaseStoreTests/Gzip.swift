import CZlib

/// These bytes as one gzip member.
func gzip(_ plain: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  let windowAndHeader: Int32 = 15 + 16
  deflateInit2_(
    &stream, 6, Z_DEFLATED, windowAndHeader, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  var input = plain
  var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(plain.count))))
  let left = input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      deflate(&stream, Z_FINISH)
      return Int(stream.avail_out)
    }
  }
  return Array(output.dropLast(left))
}

internal import Glibc

/// A pcap file in microseconds, as tcpdump writes it.
final class CaptureFile {
  private static let capacity = 1 << 20

  private let descriptor: Int32
  private let buffer = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
  private var used = 0
  private let place: Place
  /// What payloads are cut from.
  private let noise: [UInt8]

  /// Where a capture was taken, and how wrong its clock is.
  struct Place {
    let isTranslated: Bool
    /// Routers between the client and this place, of the two on the way.
    let routers: UInt8
    let offset: Int64
    let driftPerMillion: Int64
  }

  /// - Throws: when the file cannot be made.
  init(path: String, _ place: Place, payload: Int) throws {
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileTrouble(path: path, number: errno) }
    self.place = place
    noise = (0..<(payload + 4_096)).map { UInt8(truncatingIfNeeded: scramble(UInt64($0))) }
    for (at, word) in ([0xa1b2_c3d4, 0x0004_0002, 0, 0, 262_144, 1] as [UInt32]).enumerated() {
      buffer.storeBytes(of: word, toByteOffset: at * 4, as: UInt32.self)
    }
    used = 24
  }

  deinit {
    buffer.deallocate()
    close(descriptor)
  }

  func flush() throws {
    var from = 0
    while from < used {
      let count = write(descriptor, buffer + from, used - from)
      guard count > 0 else { throw FileTrouble(path: "a capture", number: errno) }
      from += count
    }
    used = 0
  }

  /// - Parameter time: true nanoseconds since the start.
  func append(_ frame: Frame, at time: Int64) throws {
    let isOpening = frame.flags & Frame.Flags.syn != 0
    let tcp = isOpening ? 40 : 32
    let length = 34 + tcp + Int(frame.payload)
    if used + 16 + length > Self.capacity { try flush() }
    let microseconds = (place.offset + time + time / 1_000_000 * place.driftPerMillion) / 1_000
    let record = buffer + used
    record.storeBytes(of: UInt32(1_790_000_000 + microseconds / 1_000_000), as: UInt32.self)
    record.storeBytes(of: UInt32(microseconds % 1_000_000), toByteOffset: 4, as: UInt32.self)
    record.storeBytes(of: UInt32(length), toByteOffset: 8, as: UInt32.self)
    record.storeBytes(of: UInt32(length), toByteOffset: 12, as: UInt32.self)
    let packet = record + 16
    internet(packet, frame, length - 14)
    transport(packet + 34, frame, tcp)
    let start = Int(frame.sequence & 0xfff)
    noise.withUnsafeBytes { bytes in
      UnsafeMutableRawBufferPointer(start: packet + 34 + tcp, count: Int(frame.payload))
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<(start + Int(frame.payload))]))
    }
    used += 16 + length
  }

  private func internet(_ packet: UnsafeMutableRawPointer, _ frame: Frame, _ length: Int) {
    let addresses = Addresses(flow: frame.flow)
    let client = place.isTranslated ? addresses.translated : addresses.client
    let (source, destination) = frame.fromClient ? (client, addresses.server) : (addresses.server, client)
    put(packet, 0, 0x0200_0000_0001_0200 as UInt64)
    put(packet, 8, 0x0000_0002_0800_4500 as UInt64)
    put(packet, 16, UInt16(length))
    put(packet, 18, frame.identification)
    put(packet, 20, 0x4000 as UInt16)
    put(packet, 22, UInt16(64 - (frame.fromClient ? place.routers : 2 - place.routers)) << 8 | 6)
    put(packet, 24, 0 as UInt16)
    put(packet, 26, source.address)
    put(packet, 30, destination.address)
    put(packet, 34, source.port)
    put(packet, 36, destination.port)
  }

  private func transport(_ segment: UnsafeMutableRawPointer, _ frame: Frame, _ length: Int) {
    put(segment, 4, frame.sequence)
    put(segment, 8, frame.acknowledgment)
    put(segment, 12, UInt16(length / 4) << 12 | UInt16(frame.flags))
    put(segment, 14, 64_240 as UInt16)
    put(segment, 16, 0 as UInt32)
    var at = 20
    if length == 40 {
      put(segment, 20, 0x0204_05b4_0402_080a as UInt64)
      at = 28
    } else {
      put(segment, 20, 0x0101_080a as UInt32)
      at = 24
    }
    put(segment, at, frame.stamp)
    put(segment, at + 4, frame.echo)
    if length == 40 { put(segment, 36, 0x0103_0307 as UInt32) }
  }

  private func put<N: FixedWidthInteger & BitwiseCopyable>(_ bytes: UnsafeMutableRawPointer, _ at: Int, _ value: N) {
    bytes.storeBytes(of: value.bigEndian, toByteOffset: at, as: N.self)
  }
}

struct FileTrouble: Error, CustomStringConvertible {
  let path: String
  let number: Int32
  var description: String { "could not write `\(path)`: \(String(cString: strerror(number)))" }
}

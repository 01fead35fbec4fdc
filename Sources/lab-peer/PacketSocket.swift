internal import Glibc

/// Every frame that crosses one interface, either way, and a way to send one (packet(7)).
struct PacketSocket {
  enum Direction { case inbound, outbound }

  let descriptor: Int32

  /// - Parameter isUnseen: what is sent passes by the captures of this host, as if it had come from the wire.
  init(interface: String, isUnseen: Bool) throws {
    let kind = Int32(SOCK_RAW.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    descriptor = socket(AF_PACKET, kind, Int32(Self.everyProtocol))
    guard descriptor >= 0 else { throw Stream.Refusal(what: "could not open a packet socket", number: errno) }
    let index = if_nametoindex(interface)
    guard index != 0 else { throw Stream.Refusal(what: "no interface `\(interface)`", number: errno) }
    var buffer: Int32 = 8 << 20
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, 4)
    if isUnseen {
      var on: Int32 = 1
      setsockopt(descriptor, Self.solPacket, Self.qdiscBypass, &on, 4)
    }
    var address = Self.address(index)
    let bound = address.withUnsafeMutableBytes {
      $0.withMemoryRebound(to: sockaddr.self) { [descriptor] in
        $0.baseAddress.map { bind(descriptor, $0, socklen_t(Self.addressLength)) } ?? -1
      }
    }
    guard bound == 0 else { throw Stream.Refusal(what: "could not bind to `\(interface)`", number: errno) }
  }

  func close() { _ = Glibc.close(descriptor) }

  /// Waits for a frame up to `limit`.
  func wait(atMost limit: Duration) { _ = Readiness.wait([(descriptor, POLLIN)], atMost: limit) }

  /// The next frame that has been seen; nil when there is none yet.
  func next(into buffer: inout [UInt8]) -> (frame: ArraySlice<UInt8>, direction: Direction)? {
    var address = [UInt8](repeating: 0, count: Self.addressLength)
    var length = socklen_t(Self.addressLength)
    let count = buffer.withUnsafeMutableBytes { bytes in
      address.withUnsafeMutableBytes {
        $0.withMemoryRebound(to: sockaddr.self) {
          recvfrom(descriptor, bytes.baseAddress, bytes.count, 0, $0.baseAddress, &length)
        }
      }
    }
    guard count > 0 else { return nil }
    return (buffer[..<count], address[10] == Self.outgoing ? .outbound : .inbound)
  }

  /// - Throws: when the kernel refuses it.
  func send(_ frame: [UInt8]) throws {
    guard write(descriptor, frame, frame.count) == frame.count else {
      throw Stream.Refusal(what: "could not send a frame of \(frame.count) bytes", number: errno)
    }
  }

  // linux/if_packet.h and linux/if_ether.h, which the Glibc module does not show.
  private static let everyProtocol = UInt16(3).bigEndian
  private static let solPacket: Int32 = 263
  private static let qdiscBypass: Int32 = 20
  private static let outgoing: UInt8 = 4
  private static let addressLength = 20

  /// `struct sockaddr_ll`: family, protocol, interface; the rest is for what is received.
  private static func address(_ interface: UInt32) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: addressLength)
    bytes.withUnsafeMutableBytes {
      $0.storeBytes(of: UInt16(AF_PACKET), toByteOffset: 0, as: UInt16.self)
      $0.storeBytes(of: everyProtocol, toByteOffset: 2, as: UInt16.self)
      $0.storeBytes(of: interface, toByteOffset: 4, as: UInt32.self)
    }
    return bytes
  }
}

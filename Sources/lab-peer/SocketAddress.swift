internal import Glibc

/// An address and a port as the kernel's calls take them: `10.0.0.1:80`, `[2001:db8::1]:80`.
struct SocketAddress: CustomStringConvertible {
  private var storage = sockaddr_storage()
  private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

  /// For a call to fill in.
  private init() {}

  init(_ text: String) throws {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
      throw UsageError(says: "`\(text)` is not ADDRESS:PORT")
    }
    let host = text[..<colon]
    var six = sockaddr_in6()
    var four = sockaddr_in()
    if host.first == "[", host.last == "]",
      inet_pton(AF_INET6, String(host.dropFirst().dropLast()), &six.sin6_addr) == 1
    {
      six.sin6_family = sa_family_t(AF_INET6)
      six.sin6_port = port.bigEndian
      store(six)
    } else if inet_pton(AF_INET, String(host), &four.sin_addr) == 1 {
      four.sin_family = sa_family_t(AF_INET)
      four.sin_port = port.bigEndian
      store(four)
    } else {
      throw UsageError(says: "`\(text)` is not ADDRESS:PORT; an IPv6 address stands in brackets")
    }
  }

  /// What a call fills in, such as `accept` and `getsockname`, and its result.
  static func filled(
    by call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
  ) -> (address: SocketAddress, result: Int32) {
    var address = SocketAddress()
    var length = address.length
    let result = withUnsafeMutablePointer(to: &address.storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, &length) }
    }
    address.length = length
    return (address, result)
  }

  var family: Int32 { Int32(storage.ss_family) }

  func given(to call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    withUnsafePointer(to: storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, length) }
    }
  }

  var description: String {
    var host = [CChar](repeating: 0, count: 64)
    var port = [CChar](repeating: 0, count: 8)
    let status = given {
      getnameinfo(
        $0, $1, &host, socklen_t(host.count), &port, socklen_t(port.count), Int32(NI_NUMERICHOST | NI_NUMERICSERV))
    }
    guard status == 0 else { return "an unknown address" }
    func text(_ bytes: [CChar]) -> String {
      String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
    return family == AF_INET6 ? "[\(text(host))]:\(text(port))" : "\(text(host)):\(text(port))"
  }

  private mutating func store<Address>(_ address: Address) {
    length = socklen_t(MemoryLayout<Address>.size)
    withUnsafeMutableBytes(of: &storage) { storage in
      withUnsafeBytes(of: address) { storage.copyMemory(from: $0) }
    }
  }
}

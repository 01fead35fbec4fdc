import Traffic
import Wire

/// Other names for everything that a case calls by name, the same in every capture and every text: addresses, ports, stations,
/// captures, and where streams and stamps begin to count.
///
/// What protocols know by its value stays: loopback, link-local, group and unspecified addresses, the ports of tunnels.
struct Disguise {
  private let seed: UInt64
  private let octets: [UInt8: UInt8]
  private let ports: [UInt16]
  private let shifts: [UInt32]
  /// The ends that connections were opened to, under every address that they have: their streams are the acceptors'.
  private let acceptors: Set<Endpoint>
  private let names: [String: String]

  init(of files: PracticeFiles, seed: UInt64) {
    var numbers = SeededNumbers(seed)
    self.seed = numbers.next()
    let usual = (1...223).map(UInt8.init).filter { $0 != 127 && $0 != 169 }
    octets = Dictionary(uniqueKeysWithValues: zip(usual, usual.shuffled(using: &numbers)))
    let tunnels: Set<UInt16> = [0, 4_789, 6_081, 8_472]
    let free = (1...UInt16.max).filter { !tunnels.contains($0) }
    var others = free.shuffled(using: &numbers).makeIterator()
    ports = (0...UInt16.max).map { tunnels.contains($0) ? $0 : others.next() ?? $0 }
    shifts = (0..<4).map { _ in UInt32(truncatingIfNeeded: numbers.next()) }
    acceptors = Self.acceptors(of: files)
    let letters = "abcdefghijklmnopqrstuvwxyz".shuffled(using: &numbers)
    names = Dictionary(
      uniqueKeysWithValues: zip(files.vantages.map(\.name), letters).map { ($0, "\($1)\(numbers.next() % 1_000)") })
  }

  private static func acceptors(of files: PracticeFiles) -> Set<Endpoint> {
    var acceptors: Set<Endpoint> = []
    for vantage in files.vantages {
      for frame in vantage.capture.frames {
        for segment in FrameFields(frame.bytes, vantage.capture.link).segments where segment.flags.contains(.syn) {
          acceptors.insert(segment.flags.contains(.ack) ? segment.source : segment.destination)
        }
      }
    }
    return acceptors
  }

  func vantage(_ name: String) -> String { names[name] ?? name }
  func port(_ port: UInt16) -> UInt16 { ports[Int(port)] }

  /// How much later the numbers, and the stamps, of an end's stream begin.
  func shift(numbersOf end: Endpoint) -> UInt32 { shifts[acceptors.contains(end) ? 0 : 1] }
  func shift(stampsOf end: Endpoint) -> UInt32 { shifts[acceptors.contains(end) ? 2 : 3] }

  /// Addresses that begin alike do so afterwards, too (Xu, Fan, Ammar and Moon, "Prefix-preserving IP address anonymization",
  /// ICNP 2002): networks stay networks.
  func address(_ address: IPAddress) -> IPAddress {
    address.isIPv6 ? address6(address) : address4(UInt32(truncatingIfNeeded: address.low))
  }

  private func address4(_ number: UInt32) -> IPAddress {
    guard let first = octets[UInt8(number >> 24)] else { return IPAddress(v4: number) }
    var changed = UInt32(first) << 24 | number & 0xff_ffff
    for bit in 8..<32 where flips(after: UInt64(number >> UInt32(32 - bit)), bit) { changed ^= 1 << UInt32(31 - bit) }
    return IPAddress(v4: changed)
  }

  private func address6(_ address: IPAddress) -> IPAddress {
    let isGlobal = address.high >> 61 == 1 || address.high >> 57 == 0x7e
    guard isGlobal || address.high >> 54 == 0x3fa else { return address }
    var changed = address
    if isGlobal {
      for bit in 16..<64 where flips(after: address.high >> UInt64(64 - bit), bit) {
        changed.high ^= 1 << UInt64(63 - bit)
      }
    }
    for bit in 1..<64 where flips(after: address.low >> UInt64(64 - bit) ^ address.high, 64 + bit) {
      changed.low ^= 1 << UInt64(63 - bit)
    }
    return changed
  }

  private func flips(after prefix: UInt64, _ bit: Int) -> Bool {
    var numbers = SeededNumbers(seed ^ prefix &* 0x9e37_79b9_7f4a_7c15 ^ UInt64(bit))
    return numbers.next() & 1 == 1
  }

  /// The last three bytes of a station's address are its maker's choice.
  func station(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    guard let first = bytes.first, first & 1 == 0, bytes.contains(where: { $0 != 0 }) else { return Array(bytes) }
    return zip(bytes, [0, 0, 0, seed, seed >> 8, seed >> 16]).map { $0 ^ UInt8(truncatingIfNeeded: $1) }
  }
}

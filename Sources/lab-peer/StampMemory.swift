internal import Glibc

/// An emulation of what Linux before 4.12 did with `net.ipv4.tcp_tw_recycle=1`, which newer kernels cannot do.
///
/// It remembers the last TSval of every client address whose connection the server closed first, for 60 s, and lets a listening
/// socket drop SYNs of that address that run behind it: by a filter on the socket (socket(7), `SO_ATTACH_FILTER`), so that
/// they vanish after any capture has seen them, as they did in `tcp_v4_conn_request`. The kernel's own counter of such
/// rejections does not exist any more, and does not move here.
struct StampMemory {
  private struct Connection: Hashable {
    var address: UInt32
    var ports: UInt32
  }

  private struct Kept {
    var stamp: UInt32
    var until: ContinuousClock.Instant
  }

  private let ports: Set<Int>
  private let socket: PacketSocket
  private var buffer = [UInt8](repeating: 0, count: 1 << 17)
  /// Connections whose server has sent its FIN, and the client not yet.
  private var closing: Set<Connection> = []
  private var kept: [UInt32: Kept] = [:]

  var descriptor: Int32 { socket.descriptor }

  private static let lifetime = Duration.seconds(60)
  /// Addresses that are remembered; a filter holds so many.
  private static let most = 64

  init(ports: Set<Int>, interface: String) throws {
    self.ports = ports
    socket = try PacketSocket(interface: interface, isUnseen: false)
  }

  /// Reads what has come, and tells the listening sockets if that changed anything.
  mutating func attend(_ listeners: [Stream]) {
    var hasChanged = false
    while let (frame, direction) = socket.next(into: &buffer) {
      guard let segment = Segment(frame) else { continue }
      if direction == .outbound, segment.isFIN, ports.contains(segment.sourcePort), closing.count < 4096 {
        closing.insert(Connection(address: segment.destinationAddress, ports: segment.ports(fromServer: true)))
      } else if direction == .inbound, segment.isFIN || segment.isReset, ports.contains(segment.destinationPort) {
        let own = Connection(address: segment.sourceAddress, ports: segment.ports(fromServer: false))
        if closing.remove(own) != nil, !segment.isReset { hasChanged = remember(segment) || hasChanged }
      }
    }
    let now = ContinuousClock.now
    let old = kept.count
    kept = kept.filter { $0.value.until > now }
    guard hasChanged || kept.count != old else { return }
    let filter = StampFilter(kept.map { ($0.key, $0.value.stamp) })
    for listener in listeners { filter.attach(to: listener) }
  }

  /// Only ever forwards (`tcp_remember_stamp`).
  private mutating func remember(_ segment: Segment) -> Bool {
    guard let stamp = segment.stamp else { return false }
    let address = segment.sourceAddress
    if let known = kept[address], Int32(bitPattern: stamp &- known.stamp) < 0 { return false }
    guard kept[address] != nil || kept.count < Self.most else { return false }
    kept[address] = Kept(stamp: stamp, until: ContinuousClock.now + Self.lifetime)
    return true
  }
}

/// A classic BPF program for a listening socket: drops SYNs of some addresses with a TSval more than 1 below what is kept of each.
struct StampFilter {
  /// `struct sock_filter`.
  private struct Instruction {
    var code: UInt16
    var whenTrue: UInt8 = 0
    var whenFalse: UInt8 = 0
    var value: UInt32

    var bytes: [UInt8] {
      withUnsafeBytes(of: code) { Array($0) } + [whenTrue, whenFalse] + withUnsafeBytes(of: value) { Array($0) }
    }
  }

  private let program: [Instruction]

  // linux/bpf_common.h and linux/filter.h.
  private static let loadByte: UInt16 = 0x30
  private static let loadHalf: UInt16 = 0x28
  private static let loadWord: UInt16 = 0x20
  private static let loadNumber: UInt16 = 0x00
  private static let storeScratch: UInt16 = 0x02
  private static let loadScratchToX: UInt16 = 0x61
  private static let subtractX: UInt16 = 0x1c
  private static let and: UInt16 = 0x54
  private static let jumpIfEqual: UInt16 = 0x15
  private static let jumpIfGreater: UInt16 = 0x25
  private static let jump: UInt16 = 0x05
  private static let answer: UInt16 = 0x06
  /// Offsets from here on count from the IP header.
  private static let network: UInt32 = 0xfff0_0000
  private static let whole: UInt32 = 0xffff

  /// The socket's data begin at the TCP header. A SYN of Linux has MSS and SACK-permitted before the time stamps, which begin at
  /// byte 26 then; others pass.
  init(_ kept: [(address: UInt32, stamp: UInt32)]) {
    var program = [
      Instruction(code: Self.loadByte, value: 13),
      Instruction(code: Self.and, value: 0x12),
      Instruction(code: Self.jumpIfEqual, whenTrue: 1, value: 0x02),
      Instruction(code: Self.answer, value: Self.whole),
      Instruction(code: Self.loadHalf, value: 26),
      Instruction(code: Self.jumpIfEqual, whenTrue: 1, value: 0x080a),
      Instruction(code: Self.answer, value: Self.whole),
      Instruction(code: Self.loadWord, value: 28),
      Instruction(code: Self.storeScratch, value: 0),
    ]
    for (address, stamp) in kept {
      program += [
        Instruction(code: Self.loadWord, value: Self.network &+ 12),
        Instruction(code: Self.jumpIfEqual, whenFalse: 6, value: address),
        Instruction(code: Self.loadScratchToX, value: 0),
        Instruction(code: Self.loadNumber, value: stamp),
        Instruction(code: Self.subtractX, value: 0),
        Instruction(code: Self.jumpIfGreater, whenFalse: 2, value: 1),
        Instruction(code: Self.jumpIfGreater, whenTrue: 1, value: 0x7fff_ffff),
        Instruction(code: Self.answer, value: 0),
      ]
    }
    program.append(Instruction(code: Self.answer, value: Self.whole))
    self.program = program
  }

  func attach(to listener: Stream) {
    var bytes = program.flatMap(\.bytes)
    let count = program.count
    bytes.withUnsafeMutableBytes { raw in
      // `struct sock_fprog`: the length, and where it is.
      var header = [UInt64(count), UInt64(UInt(bitPattern: raw.baseAddress))]
      setsockopt(listener.descriptor, SOL_SOCKET, 26, &header, 16)
    }
  }
}

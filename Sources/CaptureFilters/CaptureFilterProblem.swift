internal import CPcap
internal import Synchronization

/// What is wrong with a pcap-filter text, in libpcap's words where they are; nil if nothing.
///
/// Compiled for Ethernet, without a device and without root. Nothing is looked up: where libpcap would ask the resolver, the text
/// is refused before.
public func captureFilterProblem(_ filter: String) -> String? {
  guard filter.utf8.count <= longestFilter else { return "it is longer than \(longestFilter) bytes" }
  guard !filter.utf8.contains(0) else { return "it has a NUL byte in it" }
  if let name = FilterNames.firstLookedUp(in: filter) {
    return "`\(name)` would have to be looked up by name: write the address or the number"
  }
  return compiling.withLock { _ in compile(filter) }
}

/// Far more than a person writes or a kernel takes.
private let longestFilter = 65_536

/// Before libpcap's optimizer, which makes about a twentieth of it and needs the square of it in time: 300 ports take 17 s, on
/// the host as well, and the captures would start that late.
private let mostInstructions: UInt32 = 12_000

/// libpcap's compiler kept its state in globals until 1.8, and the lexer is none too sure of itself since.
private let compiling = Mutex(())

private func compile(_ filter: String) -> String? {
  guard let handle = pcap_open_dead(DLT_EN10MB, 262_144) else { return "libpcap has no memory left" }
  defer { pcap_close(handle) }
  for optimize in [CInt(0), 1] {
    var program = bpf_program()
    guard pcap_compile(handle, &program, filter, optimize, bpf_u_int32.max) == 0 else {
      let message = pcap_geterr(handle).map { String(cString: $0) } ?? ""
      return message.isEmpty ? "libpcap does not take it" : message
    }
    let isLong = program.bf_len > mostInstructions
    pcap_freecode(&program)
    if isLong { return "it is too long for libpcap's optimizer: use `portrange` or `net`, or fewer words" }
  }
  return nil
}

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

/// tcpdump's own arguments have no such bound; the kernel takes 4096 instructions, which a text of this length exceeds by far.
private let longestFilter = 65_536

/// libpcap's compiler kept its state in globals until 1.8, and the lexer is none too sure of itself since.
private let compiling = Mutex(())

private func compile(_ filter: String) -> String? {
  guard let handle = pcap_open_dead(DLT_EN10MB, 262_144) else { return "libpcap has no memory left" }
  defer { pcap_close(handle) }
  var program = bpf_program()
  guard pcap_compile(handle, &program, filter, 1, bpf_u_int32.max) == 0 else {
    let message = pcap_geterr(handle).map { String(cString: $0) } ?? ""
    return message.isEmpty ? "libpcap does not take it" : message
  }
  pcap_freecode(&program)
  return nil
}

import Foundation
import Wire

extension Disguise {
  func files(_ files: PracticeFiles) -> PracticeFiles {
    var changed = files
    for index in files.vantages.indices {
      changed.vantages[index].name = vantage(files.vantages[index].name)
      changed.vantages[index].texts = files.vantages[index].texts.mapValues(text)
      let link = files.vantages[index].capture.link
      for frame in files.vantages[index].capture.frames.indices {
        let bytes = files.vantages[index].capture.frames[frame].bytes
        changed.vantages[index].capture.frames[frame].bytes = self.frame(bytes, link)
      }
    }
    return changed
  }

  // MARK: frames

  func frame(_ bytes: [UInt8], _ link: LinkType) -> [UInt8] {
    let found = FrameFields(bytes, link)
    var changed = bytes
    for field in found.fields { put(field, found, &changed) }
    for header in found.headers { mend(header, bytes, &changed) }
    return changed
  }

  private func put(_ field: FrameFields.Field, _ found: FrameFields, _ bytes: inout [UInt8]) {
    switch field {
    case .station(let at):
      if at + 6 <= bytes.count { bytes.replaceSubrange(at..<(at + 6), with: station(bytes[at..<(at + 6)])) }
    case .address(let at, true):
      let other = address(found.address6(at))
      write(other.high, at, &bytes)
      write(other.low, at + 8, &bytes)
    case .address(let at, false):
      write(UInt32(truncatingIfNeeded: address(IPAddress(v4: found.u32(at))).low), at, &bytes)
    case .port(let at): write(port(UInt16(found.u16(at))), at, &bytes)
    case .number(let at, let end): write(found.u32(at) &+ shift(numbersOf: end), at, &bytes)
    case .stamp(let at, let end): write(found.u32(at) &+ shift(stampsOf: end), at, &bytes)
    }
  }

  private func write<N: FixedWidthInteger>(_ number: N, _ at: Int, _ bytes: inout [UInt8]) {
    let size = N.bitWidth / 8
    guard at + size <= bytes.count else { return }
    withUnsafeBytes(of: number.bigEndian) { bytes.replaceSubrange(at..<(at + size), with: $0) }
  }

  /// A header's checksum is as right as it was (RFC 1624). Those of TCP and UDP are left: a capture's are rarely whole.
  private func mend(_ header: Range<Int>, _ old: [UInt8], _ new: inout [UInt8]) {
    func word(_ bytes: [UInt8], _ at: Int) -> UInt32 { UInt32(bytes[at]) << 8 | UInt32(bytes[at + 1]) }
    guard header.upperBound <= new.count else { return }
    var sum = ~word(old, header.lowerBound + 10) & 0xffff
    for at in stride(from: header.lowerBound + 12, to: header.lowerBound + 20, by: 2) {
      sum += (~word(old, at) & 0xffff) + word(new, at)
    }
    while sum >> 16 != 0 { sum = sum & 0xffff + sum >> 16 }
    write(~UInt16(truncatingIfNeeded: sum), header.lowerBound + 10, &new)
  }

  // MARK: texts

  func text(_ text: String) -> String {
    let stations = text.replacing(/\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b/) { match in
      let bytes = match.output.0.split(separator: ":").compactMap { UInt8($0, radix: 16) }
      return station(bytes[...]).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }
    let addresses4 = stations.replacing(/\b(\d+\.\d+\.\d+\.\d+)(?:(:)(\d+)|\/(\d+))?/) { match in
      guard let old = IPAddress(text: match.output.1) else { return String(match.output.0) }
      if let port = match.output.3.flatMap({ UInt16($0) }) { return "\(address(old)):\(self.port(port))" }
      guard let length = match.output.4.flatMap({ UInt32($0) }), length <= 32 else { return "\(address(old))" }
      return "\(network(address(old), like: old, length))/\(length)"
    }
    let addresses6 = addresses4.replacing(/\b[0-9a-f]{1,4}:[0-9a-f:]*:[0-9a-f:]*\b/) { match in
      IPAddress(text: match.output).map { "\(address($0))" } ?? String(match.output)
    }
    return addresses6.replacing(/\b([sd]port=)(\d+)/) { "\($0.output.1)\(UInt16($0.output.2).map(port) ?? 0)" }
      .replacing(/(\*:|\]:)(\d+)/) { "\($0.output.1)\(UInt16($0.output.2).map(port) ?? 0)" }
  }

  /// The name of a network has no host in it.
  private func network(_ address: IPAddress, like old: IPAddress, _ length: UInt32) -> IPAddress {
    let hosts: UInt64 = length == 32 ? 0 : (1 << UInt64(32 - length)) - 1
    guard length < 32, old.low & hosts == 0 else { return address }
    return IPAddress(v4: UInt32(truncatingIfNeeded: address.low & ~hosts))
  }
}

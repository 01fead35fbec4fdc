internal import CaseModel
internal import Playbooks

extension CapturePlan {
  /// One tcpdump at one place.
  init(
    _ capture: Playbook.Capture, _ vantage: VantageName, _ interface: String, _ place: Station, _ folder: String,
    _ options: PlanOptions, _ playbook: Playbook
  ) {
    let file = CasePath.component(vantage.text) + ".pcap"
    let ring = capture.ring(in: playbook).map { CaptureRing(files: $0, total: capture.limits.size) }
    let command = CaptureCommand.words(
      interface: interface, snaplen: capture.effectiveSnaplen, buffer: capture.buffer,
      direction: capture.direction, packets: capture.limits.packets, ring: ring,
      file: "\(folder)/\(file)", filter: capture.filter.text)
    let unit = KeeperUnit(
      name: vantage.text, command: place.entering(folder) + command, output: .written(file),
      silence: options.silence, grace: max(options.timers.grace, playbook.writtenGrace),
      duration: options.duration(capture.limits.duration),
      // The kernel's limit is one file's: a ring keeps to its size by itself.
      bytes: ring == nil ? capture.limits.size.bytes : nil, freeKilobytes: options.freeKilobytes,
      flush: options.timers.flush, ready: CaptureCommand.ready)
    self.init(
      vantage: vantage, namespace: place.name, roles: place.roleNames.filter { capture.on.includes($0) },
      interface: interface, filter: capture.filter.text, snaplen: capture.effectiveSnaplen, unit: unit,
      start: unit.start("capture \(vantage)", folder), worstBytes: capture.worst(ring),
      file: "\(folder)/\(file)", isRing: ring != nil,
      entering: place.entering(folder))
  }
}

/// A capture's size cut in files of which the newest are kept. tcpdump counts a file's size in millions of bytes.
struct CaptureRing {
  let files: Int
  /// Of one file.
  let megabytes: Int64

  init(files: Int, total: ByteCount) {
    self.files = files
    megabytes = max(1, total.bytes / Int64(files) / 1_000_000)
  }

  var worst: ByteCount { .megabytes(megabytes * Int64(files)) }
}

extension Playbook.Capture {
  /// The most that it may take. A file of so many packets has a header of 24 bytes, and 16 more for each.
  fileprivate func worst(_ ring: CaptureRing?) -> ByteCount {
    let size = ring?.worst ?? limits.size
    guard let packets = limits.packets else { return size }
    let (bytes, overflow) = Int64(packets).multipliedReportingOverflow(by: Int64(effectiveSnaplen) + 16)
    return overflow ? size : min(size, ByteCount(bytes: bytes &+ 24))
  }

  /// How many files its size is cut in. Where a trigger ends the wait nobody knows when: then the newest packets are what is
  /// wanted, unless the author said what else ends the capture.
  func ring(in playbook: Playbook) -> Int? {
    if let ring = limits.ring { return ring }
    guard playbook.namesATrigger, limits.packets == nil, limits.duration == nil else { return nil }
    return Playbook.defaultRing
  }
}

extension Playbook {
  static let defaultRing = 4

  /// Only what the playbook itself asked for may lengthen the grace that the caller gave.
  var writtenGrace: Duration { grace == Self.defaultGrace ? .zero : grace }
}

extension Playbook.Interfaces {
  var names: [String] {
    switch self {
    case .any: ["any"]
    case .named(let names): names.isEmpty ? ["any"] : names.map(\.value)
    }
  }
}

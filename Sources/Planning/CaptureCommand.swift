internal import CaseModel
internal import Playbooks

/// The words of one tcpdump, as a person would type them.
enum CaptureCommand {
  /// What tcpdump says on stderr once it records.
  static let ready = "listening on"

  /// - Parameter file: on the host, absolute.
  static func words(
    interface: String, snaplen: Int, buffer: ByteCount? = nil, direction: Playbook.Capture.Direction? = nil,
    packets: Int?, ring: CaptureRing?, file: String, filter: String
  ) -> [String] {
    var words = ["tcpdump", "-i", interface, "-nn", "-s", "\(snaplen)", "--time-stamp-precision=nano"]
    // In units of 1,024 bytes.
    if let buffer { words += ["-B", "\(buffer.bytes / 1024)"] }
    if let direction { words += ["-Q", direction.rawValue] }
    // As root, tcpdump gives its files to another user, who cannot enter the case's folder.
    words += ["-Z", "root", "-w", file]
    if let ring { words += ["-C", "\(ring.megabytes)", "-W", "\(ring.files)"] }
    if let packets { words += ["-c", "\(packets)"] }
    return filter.isEmpty ? words : words + ["--", filter]
  }
}

public import CaseModel
internal import Wire

/// How many packets a fetched capture holds, and its first and last instant.
public struct CaptureSummary: Sendable {
  public private(set) var packets: Int?
  public private(set) var first: HostTime?
  public private(set) var last: HostTime?

  /// Whatever cannot be read stays nil.
  public init(file: String) {
    guard let source = try? CaptureFileSource.open(file), var reader = try? CaptureReader(source) else { return }
    var packet = Packet()
    var count = 0
    while reader.next(&packet) {
      count += 1
      if first == nil { first = HostTime(nanoseconds: packet.time) }
      last = HostTime(nanoseconds: packet.time)
    }
    packets = count
  }
}

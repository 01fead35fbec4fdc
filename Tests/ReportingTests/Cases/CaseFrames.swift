import CaseModel
import TestSupport
import Wire

/// A case's captures read afresh, frame by frame: what a test knows of packets it knows from here, and not from the analysis.
struct CaseFrames {
  struct Frame {
    /// The frame's own packet, then what it carries through tunnels.
    var packets: [Packet]
    var time: Int64 { packets[0].time }
  }

  let frames: [String: [Frame]]

  init(_ sample: SampleCase) throws {
    frames = try sample.files.filter { $0.key.hasSuffix(".pcap") }.mapValues { bytes in
      var reader = try CaptureReader(ByteArraySource(bytes))
      var frames: [Frame] = []
      var packet = Packet()
      while reader.next(&packet) {
        var layers = [packet]
        while reader.inner(&packet) { layers.append(packet) }
        frames.append(Frame(packets: layers))
      }
      return frames
    }
  }

  /// - Parameter number: 1-based.
  subscript(_ file: String, _ number: Int) -> Frame? {
    guard let own = frames[file], own.indices.contains(number - 1) else { return nil }
    return own[number - 1]
  }
}

internal import CaseModel
public import Correlation
public import Evidence
public import Wire

/// Writes every frame of a case into one pcapng file on the case's time line, for Wireshark to open.
///
/// Each interface of each vantage is an interface of the file, named `VANTAGE` or `VANTAGE:INTERFACE`; its description tells the
/// host and how well its clock is known. A frame's time is its aligned time; a vantage without an aligned clock keeps its own,
/// and its description says so. Frames come in order of (time, vantage, file, frame), but never in another order than in their
/// own file: there, a frame that claims to be earlier than the one before it gets that one's time. Files that cannot be opened
/// are left out (the evidence doubts them already), damaged ones go in as far as they are good.
///
/// Streams: memory grows with the number of files, not with what they hold. The same case gives the same bytes.
/// - Parameter comments: texts for single frames, in the order in which they are to be shown.
/// - Throws: what the sink throws.
public func writeMergedCapture(
  _ timeline: Timeline, _ evidence: CaseEvidence, comments: [FrameReference: [String]],
  into sink: inout some ByteSink
) throws {
  try writeMergedCapture(timeline.vantages, reference: timeline.reference, evidence, comments: comments, into: &sink)
}

/// The same, of nothing more of the timeline than is needed for it.
func writeMergedCapture(
  _ vantages: [Vantage], reference: Int?, _ evidence: CaseEvidence, comments: [FrameReference: [String]],
  into sink: inout some ByteSink
) throws {
  var blocks = PcapngEncoder(application: evidence.manifest.tool)
  var interfaces = MergedInterfaces(vantages, reference: reference, evidence)
  var tracks = Track.all(vantages, evidence, comments)
  for track in tracks.indices { interfaces.describe(&tracks[track], in: &blocks) }
  var order = MergeOrder(tracks.indices.compactMap { track in tracks[track].time.map { (time: $0, track: track) } })
  while let first = order.first {
    tracks[first].encode(into: &blocks, &interfaces)
    tracks[first].advance()
    order.replaceFirst(tracks[first].time)
    if blocks.bytes.count >= PcapngEncoder.worthwhile { try blocks.drain(into: &sink) }
  }
  interfaces.encodeStatistics(into: &blocks)
  try blocks.drain(into: &sink)
}

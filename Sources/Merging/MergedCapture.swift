internal import CaseModel
public import Correlation
public import Evidence
public import Wire

/// Writes every frame of a case into one pcapng file on the case's time line, for Wireshark to open.
///
/// Each interface of each vantage is an interface of the file, named `VANTAGE` or `VANTAGE:INTERFACE`; its description tells the
/// host and how well its clock is known. A frame's time is its aligned time; a vantage without an aligned clock keeps its own,
/// and its description says so. Frames come in order of (time, vantage, file, frame), but never in another order than in their
/// own file: there, a frame that claims to be earlier than the one before it gets that one's time. Nor does a frame come before the
/// one that sent its first byte on: within the clocks' error it is moved behind that. Files that cannot be opened
/// are left out (the evidence doubts them already), damaged ones go in as far as they are good.
///
/// Streams: memory grows with the number of files, not with what they hold. The same case gives the same bytes.
/// - Parameters:
///   - links: who sent what, of all stories; without them every frame goes by its clock.
///   - comments: texts for single frames, in the order in which they are to be shown.
///   - keys: what decrypts the TLS that was captured; in the file for whoever gets it, and so only where that was asked for.
/// - Returns: how many frames were moved, and how far.
/// - Throws: what the sink and the links' spool throw.
@discardableResult
public func writeMergedCapture(
  _ timeline: Timeline, _ evidence: CaseEvidence, links: CausalLinks?, comments: [FrameReference: [String]],
  keys: TLSKeyLog = TLSKeyLog(), into sink: inout some ByteSink
) throws -> MergeReport {
  try writeMergedCapture(
    timeline.vantages, reference: timeline.reference, evidence, comments: comments, links: links, keys: keys,
    into: &sink)
}

/// The same, of nothing more of the timeline than is needed for it.
@discardableResult
func writeMergedCapture(
  _ vantages: [Vantage], reference: Int?, _ evidence: CaseEvidence, comments: [FrameReference: [String]],
  links: CausalLinks? = nil, keys: TLSKeyLog = TLSKeyLog(), into sink: inout some ByteSink
) throws -> MergeReport {
  var blocks = PcapngEncoder(application: evidence.manifest.tool)
  blocks.secrets(keys)
  var interfaces = MergedInterfaces(vantages, reference: reference, evidence)
  var merge = CausalMerge(Track.all(vantages, evidence, comments), links)
  merge.describe(&interfaces, in: &blocks)
  while try merge.writeNext(into: &blocks, &interfaces) {
    if blocks.count >= PcapngEncoder.worthwhile { try blocks.drain(into: &sink) }
  }
  interfaces.encodeStatistics(into: &blocks)
  try blocks.drain(into: &sink)
  return merge.report
}

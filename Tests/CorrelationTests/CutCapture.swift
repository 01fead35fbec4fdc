import CaseModel
import Correlation
import Evidence
import TestSupport
import Wire

/// The client's capture of a script, its last frame cut off.
func correlateCut() throws -> Timeline {
  let script = try PacketScript(Stories.sourceNAT)
  let bytes = Array(script.capture("client").dropLast(7))
  let capture = Capture(
    record: CaptureRecord(vantage: "client", files: ["client.pcap"], host: "client"),
    files: [CaptureFile(cited: "client.pcap", source: ByteArraySource(bytes))])
  return try correlate(
    CaseEvidence(manifest: Manifest(id: "cut", tool: "test", state: .partial), captures: [capture]),
    workers: InlineWorkers(), spool: MemorySpool())
}

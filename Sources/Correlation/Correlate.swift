internal import CaseModel
public import Evidence

/// Makes one aligned timeline of all captures of a case.
///
/// Passes: index every capture; link conversations to flows; match each flow along its path; solve the clocks from what was
/// matched; settle what only time can tell, and say what became of every packet.
///
/// Deterministic: the same evidence gives the same timeline with any number of workers. What cannot be read or aligned is a doubt
/// in the timeline, never an error.
/// - Throws: only what `workers` throws.
public func correlate(_ evidence: CaseEvidence, workers: some Workers) throws -> Timeline {
  let captures = evidence.captures
  var indexes = try workers.each(captures.count) { CaptureIndex(reading: captures[$0]) }
  let hosts = HostClocks(evidence, indexes)
  let (assembly, columns) = try link(&indexes, workers)
  var flows = FlowPass(assembly, columns, hosts: hosts.hostOf, addresses: HostAddresses(evidence))
  let packets = try flows.match(workers)
  let aligned = hosts.align(packets, evidence, indexes)
  for vantage in indexes.indices {
    indexes[vantage].health.unseenAcknowledgedBytes = flows.gaps.missed[vantage]
    indexes[vantage].health.unwitnessedBytes = flows.gaps.unwitnessed[vantage]
  }
  try flows.settle(VantageClocks(maps: aligned.maps, hosts: hosts.hostOf), indexes, workers)
  return TimelineMaker(evidence: evidence, indexes: indexes, hosts: hosts, aligned: aligned, flows: flows).make()
}

/// Links the conversations of all captures and sorts their records by flow, where they stay: the indexes let them go.
private func link(
  _ indexes: inout [CaptureIndex], _ workers: some Workers
) throws -> (assembly: FlowAssembly, columns: [RecordColumn]) {
  let assembly = Linker.link(indexes)
  let columns = try workers.each(indexes.count) { [indexes] in assembly.column($0, indexes[$0]) }
  for vantage in indexes.indices { indexes[vantage].releasePackets() }
  return (assembly, columns)
}

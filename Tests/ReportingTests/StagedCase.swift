import CaseModel
import Correlation
import Diagnoses
import Evidence
import Foundation
import Reporting
import TestSupport
import Wire

/// A case as a run leaves it: the reset through a translator, with hosts, clocks asked over SSH, a log trigger and readings. Every
/// name that a host could have chosen is hostile where `hostile` says so.
struct StagedCase {
  let scene: Scene
  let judgement: Judgement
  let written: [FlowPage]
  let pages: FlowPages
  let hashes: [String: String]

  init(hostile: String = "") throws {
    let text = String(decoding: try fixtureBytes("Goldens/packets.txt", in: .module), as: UTF8.self)
    let script = try PacketScript(text)
    let hosts = ["client": "web-1", "gateway": "node-207", "server": "db-1"].mapValues { $0 + hostile }
    let captures = script.vantages.map { vantage in
      Capture(
        record: CaptureRecord(
          vantage: VantageName(vantage + hostile), files: [], host: HostName(hosts[vantage] ?? ""),
          interface: "any" + hostile, filter: "tcp port 80 or icmp" + hostile, drops: 0, endedBy: "stop" + hostile,
          roles: [RoleName(vantage + hostile)]),
        files: [
          CaptureFile(
            cited: "hosts/\(hosts[vantage] ?? "")/host/captures/\(vantage).pcap", source: script.source(vantage))
        ])
    }
    let manifest = Manifest(
      id: CaseID("20261121T051033Z-reset-through-nat" + hostile), tool: Tool.name, state: .complete,
      playbook: "Reset through a NAT gateway" + hostile,
      hosts: captures.map { HostRecord(name: $0.host, roles: $0.record.roles) }, captures: captures.map(\.record),
      trigger: TriggerRecord(
        kind: .log, occurred: true, at: HostTime(nanoseconds: 1_795_237_836_100_000_000),
        host: HostName(hosts["client"] ?? ""), says: "upstream reset" + hostile, source: "pilot" + hostile),
      armedSpread: 0.0123)
    let evidence = CaseEvidence(
      manifest: manifest, captures: captures, readouts: Self.readouts(hosts["gateway"] ?? ""),
      clocks: Dictionary(uniqueKeysWithValues: hosts.values.map { (HostName($0), Self.clock($0)) }),
      events: hostile.isEmpty ? [] : Self.events(hosts["client"] ?? "", hostile),
      doubts: [Doubt(host: HostName(hosts["server"] ?? ""), says: "`nstat` was not read" + hostile)])
    scene = Scene(evidence: evidence, timeline: try correlate(evidence, workers: InlineWorkers(), spool: MemorySpool()))
    let pages = try FlowPages(scene, spool: MemorySpool())
    (judgement, written) = try judge(scene, workers: InlineWorkers()) { try pages.page($0) }
    self.pages = pages
    let files = captures.flatMap { $0.files.map(\.cited) }
    hashes = Dictionary(
      uniqueKeysWithValues: files.enumerated().map { ($1, String(repeating: "\($0)a", count: 32)) })
  }

  func flows() throws -> [UInt8] {
    var sink = ByteArraySink()
    try writeFlows(written, from: pages, into: &sink)
    return sink.bytes
  }

  func timeline() throws -> [UInt8] {
    var sink = ByteArraySink()
    try writeTimeline(judgement, scene, written, from: pages, into: &sink)
    return sink.bytes
  }

  /// Lines of a log, as a program under attack might write them.
  private static func events(_ host: String, _ hostile: String) -> [Event] {
    ["upstream" + hostile, hostile, "=1+1" + hostile].enumerated().map { line, says in
      Event(
        source: .log, host: HostName(host), at: HostTime(nanoseconds: 1_795_237_834_000_000_000), says: says,
        cited: "hosts/\(host)/host/logs/pilot.log", line: line + 1)
    }
  }

  private static func readouts(_ host: String) -> [Readout] {
    let texts: [(CheckPhase, String, String)] = [
      (.before, "conntrack_S", "cpu=0 found=0 invalid=0 insert=0\n"),
      (.after, "conntrack_S", "cpu=0 found=0 invalid=1 insert=0\n"),
      (.after, "sysctl", "net.netfilter.nf_conntrack_tcp_be_liberal = 0\n"), (.after, "uname", "5.10.46\n"),
    ]
    return texts.map { phase, command, text in
      Readout(
        host: HostName(host), namespace: .host, phase: phase, command: command,
        cited: "hosts/\(host)/host/checks/\(phase)_\(command).txt", text: text)
    }
  }

  /// Asked every 100 ms over a path of a millisecond; the host's clock is right.
  private static func clock(_ host: String) -> ClockLog {
    let samples = (0..<40).map { number in
      let sent = 1_795_237_833_000_000_000 + Int64(number) * 100_000_000
      return ClockSample(
        sent: HostTime(nanoseconds: sent), remote: HostTime(nanoseconds: sent + 500_000),
        received: HostTime(nanoseconds: sent + 1_000_000))
    }
    return ClockLog(host: HostName(host), method: "bash", quantum: 1_000, samples: samples)
  }
}

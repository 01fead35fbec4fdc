internal import CaseModel
internal import Correlation
internal import Diagnoses

/// Each root cause: what happened, and what proves it, ready to be looked at in Wireshark.
func rootCauseSection(_ judgement: Judgement, _ scene: Scene, _ names: HostNames) -> String {
  let causes = judgement.rootCauses
  guard !causes.isEmpty else { return "## Root cause\n\nNone was found." }
  return "## Root cause\n\n" + causes.map { findingText($0, judgement, scene, names) }.joined(separator: "\n\n")
}

/// What is not a root cause: symptoms, contributing causes and notes. nil where there is nothing.
func otherFindingsSection(_ judgement: Judgement, _ scene: Scene, _ names: HostNames) -> String? {
  let others = judgement.findings.filter { $0.finding.standing != .rootCause }
  guard !others.isEmpty else { return nil }
  return "## Other findings\n\n" + others.map { findingText($0, judgement, scene, names) }.joined(separator: "\n\n")
}

private func findingText(
  _ judged: JudgedFinding, _ judgement: Judgement, _ scene: Scene, _ names: HostNames
) -> String {
  let finding = judged.finding
  var paragraphs = ["### \(judged.id): \(MarkdownText.prose(names.beside(finding.title)))"]
  paragraphs.append(MarkdownText.prose(findingFacts(judged, judgement, scene)))
  paragraphs.append(MarkdownText.prose(finding.explanation))
  if finding.standing == .rootCause, let question = finding.openQuestion {
    paragraphs.append(MarkdownText.prose(question + "."))
  }
  let frames = finding.packets
  if !frames.isEmpty { paragraphs.append(frameTable(frames, scene)) }
  let readings = finding.readings
  if !readings.isEmpty { paragraphs.append(readingTable(readings)) }
  let fresh = frames.filter { !isShown($0, before: judged, judgement) }
  if !fresh.isEmpty {
    paragraphs.append("To look at these frames:")
    paragraphs.append(MarkdownText.block(fresh.map { command($0, scene) }, language: "sh"))
  }
  return paragraphs.joined(separator: "\n\n")
}

/// Whether a finding further up has the command for this frame.
private func isShown(_ frame: Citation.Packet, before judged: JudgedFinding, _ judgement: Judgement) -> Bool {
  judgement.findings.prefix { $0.id != judged.id }.contains { earlier in
    earlier.finding.packets.contains { $0.file == frame.file && $0.frame == frame.frame }
  }
}

/// Its kind, standing, certainty, place, connections, and what it explains.
func findingFacts(_ judged: JudgedFinding, _ judgement: Judgement, _ scene: Scene) -> String {
  let finding = judged.finding
  var facts = [
    "`\(finding.kind.rawValue)`",
    finding.standing == .rootCause && finding.isLocatedOnly ? "located" : finding.standing.rawValue,
    finding.certainty.rawValue,
    Headline.place(finding.location),
  ]
  let flows = finding.flows.prefix(5).map { "`\(scene.timeline.flows[$0].name)`" }
  if !flows.isEmpty {
    let rest = finding.flows.count - flows.count
    facts.append("on " + Wording.list(flows + (rest > 0 ? ["\(Wording.grouped(Int64(rest))) more"] : [])))
  }
  if !judged.explains.isEmpty { facts.append("explains \(Wording.list(judged.explains))") }
  let causes = judgement.findings.filter { $0.explains.contains(judged.id) }.map(\.id)
  if !causes.isEmpty { facts.append("explained by \(Wording.list(causes))") }
  return facts.joined(separator: ", ") + "."
}

private func frameTable(_ frames: [Citation.Packet], _ scene: Scene) -> String {
  let clock = CaseClock(scene.timeline)
  let day = clock.day(of: frames.compactMap(\.time))
  let rows = frames.map { packet in
    [
      MarkdownText.code(packet.vantage.text), "\(packet.frame)",
      packet.time.map { clock.text($0, bound: clock.bound(of: packet.vantage), day: day) } ?? "not aligned",
      MarkdownText.prose(packet.says),
    ]
  }
  return MarkdownText.table(["vantage", "frame", MarkdownText.prose(clock.heading(day: day)), "what it shows"], rows)
}

private func readingTable(_ readings: [Citation.Check]) -> String {
  let rows = readings.map { reading in
    [
      MarkdownText.code(reading.namespace == .host ? reading.host.text : "\(reading.host)/\(reading.namespace)"),
      MarkdownText.code(reading.check), reading.before.map(MarkdownText.code) ?? "not read",
      reading.after.map(MarkdownText.code) ?? "not read", MarkdownText.prose(reading.says),
    ]
  }
  return MarkdownText.table(["host", "check", "before", "after", "what it shows"], rows)
}

private func command(_ packet: Citation.Packet, _ scene: Scene) -> String {
  // Linux's own VXLAN port is another protocol's to Wireshark.
  let decoding = scene.timeline.flows.counts.linuxTunnels > 0 ? "-d udp.port==8472,vxlan " : ""
  return
    "tshark -r \(ShellWord.quote(packet.file)) \(decoding)-Y \(ShellWord.quote(packet.filter))  # \(packet.vantage) frame \(packet.frame)"
}

extension Finding {
  /// In aligned order; frames of unaligned vantages come last.
  var packets: [Citation.Packet] {
    citations.compactMap { if case .packet(let packet) = $0 { packet } else { nil } }.enumerated().sorted {
      let (a, b) = ($0.element.time?.nanoseconds ?? .max, $1.element.time?.nanoseconds ?? .max)
      return (a, $0.offset) < (b, $1.offset)
    }.map(\.element)
  }

  var readings: [Citation.Check] {
    citations.compactMap { if case .check(let check) = $0 { check } else { nil } }
  }
}

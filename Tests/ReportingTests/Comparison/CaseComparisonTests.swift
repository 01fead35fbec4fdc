import CaseModel
import Foundation
import TestSupport
import Testing

@testable import Reporting

/// What a change did, told from measures alone.
struct CaseComparisonTests {
  private static let before = CaseMeasures(
    id: "20261121T051033Z-mtu-blackhole", playbook: "MTU black hole", verdict: .rootCause,
    causes: [
      CaseMeasures.Cause(kind: .mtuBlackhole, certainty: .proven, location: Location(from: "server", to: "client"))
    ], flows: 40, affected: 12, seconds: 60,
    fromOpeners: CaseMeasures.Sending(segments: 2_110, retransmissions: 0),
    fromAcceptors: CaseMeasures.Sending(segments: 4_021, retransmissions: 60),
    hops: [
      CaseMeasures.Hop(from: "server", to: "client", delivered: 3_900, lost: 121),
      CaseMeasures.Hop(from: "client", to: "server", delivered: 2_110, lost: 0),
    ], probes: [probe("ping 1472 to 10.0.0.9", failed: 12, median: nil), probe("ping 56 to 10.0.0.9", median: 0.41)],
    counters: [counter("TcpRetransSegs", 60), counter("TcpExtTCPTimeouts", 12), counter("IpReasmFails", 0)],
    settings: [setting("MTU of eth0", "1500"), setting("net.ipv4.tcp_mtu_probing", "0"), setting("only.before", "1")])

  private static let after = CaseMeasures(
    id: "20261121T053011Z-mtu-blackhole", playbook: "MTU black hole", verdict: .healthy, flows: 38, seconds: 61,
    fromOpeners: CaseMeasures.Sending(segments: 2_204), fromAcceptors: CaseMeasures.Sending(segments: 4_410),
    hops: [CaseMeasures.Hop(from: "server", to: "client", delivered: 4_410, lost: 0)],
    probes: [probe("ping 1472 to 10.0.0.9", median: 0.52), probe("ping 56 to 10.0.0.9", median: 0.4)],
    counters: [counter("TcpRetransSegs", 0), counter("TcpExtTCPTimeouts", 0), counter("IpReasmFails", 0)],
    settings: [setting("MTU of eth0", "1400"), setting("net.ipv4.tcp_mtu_probing", "0")])

  private static func probe(_ what: String, failed: Int = 0, median: Double?) -> CaseMeasures.Probe {
    CaseMeasures.Probe(
      host: "web1", namespace: "shop", name: "sizes", what: what, tries: 12, failed: failed, median: median)
  }

  private static func counter(_ name: String, _ change: Int64) -> CaseMeasures.Counter {
    CaseMeasures.Counter(host: "db1", namespace: "host", name: name, change: change)
  }

  private static func setting(_ name: String, _ value: String) -> CaseMeasures.Setting {
    CaseMeasures.Setting(host: "db1", namespace: "host", name: name, value: value)
  }

  private func sentences(_ before: CaseMeasures, _ after: CaseMeasures) -> [String] {
    CaseComparison(before: before, after: after).sentences
  }

  @Test func theTable() {
    let text = comparisonTable(FindingsDocument.Comparison(before: Self.before, after: Self.after))
    if let difference = Golden("../Goldens/before-and-after.txt").difference(from: text) {
      Issue.record("\(difference)")
    }
  }

  @Test func theSection() throws {
    let staged = try StagedCase()
    let comparison = FindingsDocument.Comparison(before: Self.before, after: Self.after)
    let page = try postmortemMarkdown(staged.judgement, staged.scene, comparison: comparison)
    #expect(page.contains("\n## Before and after\n\nThe case before the change is `20261121T051033Z-mtu-blackhole`."))
    #expect(page.contains("| connections affected | 12 of 40 (30 %) | 0 of 38 |"), "\(page.prefix(3000))")
    #expect(try !postmortemMarkdown(staged.judgement, staged.scene).contains("Before and after"))
    let html = try postmortemHTML(staged.judgement, staged.scene, comparison: comparison)
    #expect(html.contains("<section id=\"before\"><h2>Before and after</h2>"))
    let document = findingsDocument(staged.judgement, staged.scene, comparison: comparison)
    let again = try JSONText.decode(FindingsDocument.self, from: try JSONText.document(document))
    #expect(again.comparison == comparison)
  }

  /// No sentence of it is without Chinese.
  @Test func inChinese() throws {
    let staged = try StagedCase()
    for (one, other) in [(Self.before, Self.after), (Self.after, Self.before), (Self.before, Self.before)] {
      let comparison = FindingsDocument.Comparison(before: one, after: other)
      let plain = try postmortemMarkdown(staged.judgement, staged.scene, language: .zh)
      let text = try postmortemMarkdown(staged.judgement, staged.scene, comparison: comparison, language: .zh)
      let english = text.split(separator: "\n").filter { line in
        !plain.contains(line) && PhraseBook.isEnglish(String(line).replacing(/`[^`]*`/, with: ""))
      }
      #expect(english.isEmpty, "\(english)")
    }
  }

  @Test func whatItComesTo() {
    var (before, after) = (Self.before, Self.after)
    #expect(sentences(before, after).first == "what was wrong before was not seen again")
    #expect(sentences(before, before) == ["the same kind of trouble is still there"])
    #expect(sentences(after, before).first == "what is wrong now was not seen before")
    after.verdict = .inconclusive
    #expect(
      sentences(before, after).first
        == "whether what was wrong before is gone cannot be said: this case is inconclusive")
    before.causes = [CaseMeasures.Cause(kind: .packetLoss, certainty: .proven, location: Location(from: "a", to: "a"))]
    #expect(sentences(before, Self.before).first == "something else is wrong now")
  }

  @Test func fewConnectionsTellLittle() {
    var (before, after) = (Self.before, Self.after)
    (before.affected, before.flows, after.flows) = (1, 4, 4)
    #expect(
      sentences(before, after)[1]
        == "too few connections to be sure: had nothing changed, so few would be affected in 50 % of such runs")
  }

  @Test func whatMakesItWeakIsSaid() {
    var after = Self.after
    (after.playbook, after.seconds) = ("What is wrong", 10)
    let said = sentences(Self.before, after)
    #expect(said.contains("the two cases are of different playbooks"))
    #expect(said.contains("one case is much longer than the other: 60.0 s before, 10.0 s after"))
  }
}

import CaseModel
import Testing

@testable import Running

struct ExaminationTests {
  private static let healthy = """
    user ops
    uid 1000
    kernel Linux 5.10.0
    tool tcpdump
    tool setsid
    tool sha256sum
    tool bash
    tcpdump tcpdump version 4.99.3
    free 23100000
    filesystem ext2/ext3
    mtu eth0 1450
    mtu lo 65536
    ntp yes
    """

  private func judged(_ answer: String) -> Examination {
    var examination = Examination(host: "web1")
    examination.judge(HostFacts(answer))
    return examination
  }

  private func says(_ answer: String, _ subject: String) -> [String] {
    judged(answer).findings.filter { $0.subject == subject }.map { "\($0.standing): \($0.says)" }
  }

  @Test func aHostThatIsFit() {
    let facts = HostFacts(Self.healthy)
    #expect(facts.user == "ops" && !facts.isRoot && facts.isSynchronized == true)
    #expect(judged(Self.healthy).isFine)
    #expect(says(Self.healthy, "tools") == ["fine: tcpdump version 4.99.3, Linux 5.10.0"])
    #expect(says(Self.healthy, "disk") == ["fine: 23.1 GB are free in /var/tmp"])
    #expect(says(Self.healthy, "mtu") == ["fine: eth0 1450, lo 65536"])
  }

  @Test(arguments: [
    ("tool tcpdump", "", "there is no tcpdump"), ("tool setsid", "", "there is no setsid"),
    ("free 23100000", "free 500000", "only 500 MB are free in /var/tmp"),
    ("ext2/ext3", "tmpfs", "/var/tmp is in memory (tmpfs)"),
  ]) func whatARunCannotDoWithout(_ line: String, _ instead: String, _ says: String) {
    let examination = judged(Self.healthy.replacing(line, with: instead))
    #expect(!examination.isFine)
    #expect(examination.findings.filter { $0.standing == .trouble }.map(\.says) == [says])
  }

  @Test func whatARunCanDoWithoutIsNoted() {
    let text = Self.healthy.replacing("tool sha256sum", with: "kills yes").replacing("tool bash", with: "")
    #expect(judged(text).isFine)
    #expect(judged(text).findings.filter { $0.standing == .note }.count == 3)
  }

  @Test(
    arguments: [
      (3_200_000_000, 10_000_000, "3.200 s fast, give or take 0.010 s, synchronised", Examination.Standing.note),
      (-250_000_000, 10_000_000, "0.250 s slow, give or take 0.010 s, synchronised", .fine),
      (5_000_000, 10_000_000, "not told from ours, give or take 0.010 s, synchronised", .fine),
    ] as [(Int64, Int64, String, Examination.Standing)])
  func clocks(_ offset: Int64, _ bound: Int64, _ says: String, _ standing: Examination.Standing) {
    var examination = Examination(host: "web1")
    examination.judgeClock(offset: offset, bound: bound, HostFacts(Self.healthy))
    #expect(examination.findings.map(\.says) == [says])
    #expect(examination.findings.map(\.standing) == [standing])
  }

  @Test func anyAnswerIsAnAnswer() {
    #expect(!judged("").isFine)
    var examination = Examination(host: "web1")
    examination.judgeClock(offset: .min, bound: .max, HostFacts(""))
    #expect(examination.findings.count == 1)
    #expect(!judged(String(repeating: "mtu x y\nfree 9999999999999999999\n\u{0}\n", count: 5_000)).isFine)
  }
}

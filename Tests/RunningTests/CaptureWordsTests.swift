import CaseModel
import Planning
import Playbooks
import Testing

@testable import Running

/// What tcpdump says, and what we say when it does not record.
struct CaptureWordsTests {
  @Test(
    arguments: [
      ("1200 packets captured\n1300 packets received by filter\n7 packets dropped by kernel\n", 7),
      ("0 packets dropped by kernel\n3 packets dropped by interface\n", 0),
      ("tcpdump: listening on any\n", nil), ("", nil), ("many packets dropped by kernel\n", nil),
    ] as [(String, Int?)])
  func readsTheKernelsDrops(log: String, drops: Int?) { #expect(TcpdumpSummary(log).droppedByKernel == drops) }

  private func failure(status: Int32, log: String) throws -> Failure {
    let playbook = parsePlaybook(
      "name: x\nroles: { server: {} }\ncaptures: [{ name: near, on: server, interface: [eth9] }]", file: "p.yaml",
      variables: [:], fillMissing: false, filterProblem: { _ in nil })
    let plan = makePlan(
      try #require(playbook.value), Inventory([(role: "server", host: "db1")]), PlanOptions(id: "ID"))
    let host = try #require(plan.value?.hosts.first)
    return host.captureFailure(
      try #require(host.captures.first),
      state: .ended(HostTime(nanoseconds: 0), why: .failed, status: status, bytes: 0), log: log)
  }

  @Test func aMissingToolNamesItsPackage() throws {
    let failure = try failure(status: 127, log: "keeper.sh: tcpdump: not found\n")
    #expect(failure.code == "missing-tool")
    #expect(failure.hint == "install the package `tcpdump` on db1")
  }

  @Test func anythingElseIsSaidInTcpdumpsOwnWords() throws {
    let failure = try failure(status: 1, log: "tcpdump: eth9: No such device exists\n")
    #expect(
      failure.description == """
        could not start capture near on db1: tcpdump: eth9: No such device exists
          `tcpdump -i eth9 -nn -s 192 --time-stamp-precision=nano -Z root -w /var/tmp/stakeout-ID/near.pcap` ended with status 1
          tcpdump: eth9: No such device exists
          note: captures on the other hosts go on, and the case is marked incomplete
          hint: `ip link` on db1 lists its interfaces; capturing needs root there
        """)
  }
}

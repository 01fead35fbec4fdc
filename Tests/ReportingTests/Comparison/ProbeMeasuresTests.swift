import CaseModel
import Evidence
import Testing

@testable import Reporting

struct ProbeMeasuresTests {
  private func events(_ file: String, _ lines: [(Double, String)]) -> [Event] {
    lines.enumerated().map { number, line in
      Event(
        source: .probe, host: "web1", at: HostTime(nanoseconds: Int64(line.0 * 1e9)), says: line.1,
        cited: "hosts/web1/\(file)", line: number + 1)
    }
  }

  @Test func roundsTellOfEachTry() {
    let measures = probeMeasures(
      events(
        "blue/logs/probe.sizes.log",
        [
          (1, "begin 1"), (1.1, "to 10.0.0.9 ping 56 ok 0.4 ms"), (1.1, "to 10.0.0.9 ping 1472 failed"),
          (1.2, "end 1 status 1"), (2.1, "to 10.0.0.9 ping 56 ok 600 us"), (2.2, "to 10.0.0.9 ping 1472 failed "),
        ]))
    #expect(
      measures == [
        CaseMeasures.Probe(
          host: "web1", namespace: "blue", name: "sizes", what: "ping 1472 to 10.0.0.9", tries: 2, failed: 2,
          median: nil),
        CaseMeasures.Probe(
          host: "web1", namespace: "blue", name: "sizes", what: "ping 56 to 10.0.0.9", tries: 2, failed: 0, median: 0.6),
      ])
  }

  @Test func aCommandIsTimedFromItsBeginningToItsEnd() {
    let measures = probeMeasures(
      events(
        "host/logs/probe.big.log",
        [(1, "begin 1"), (1.25, "end 1 status 0"), (2, "begin 2"), (32, "end 2 status 124"), (33, "begin 3")]))
    #expect(
      measures == [
        CaseMeasures.Probe(
          host: "web1", namespace: "host", name: "big", what: nil, tries: 2, failed: 1, median: 250)
      ])
  }

  @Test(arguments: ["to", "to x ping", "end", "end 1 status", "to x ping 56 ok nan ms", "", "to x ping 56 ok 1e999 ms"])
  func whatSaysNothingIsNothing(_ line: String) {
    for probe in probeMeasures(events("host/logs/probe.x.log", [(1, line)])) { #expect(probe.median == nil) }
    #expect(probeMeasures(events("x.log", [(1, "end 1 status 0")])).isEmpty)
  }
}

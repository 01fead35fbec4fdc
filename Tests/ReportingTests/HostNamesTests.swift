import CaseModel
import Correlation
import Diagnoses
import Testing

@testable import Reporting

/// The names of hosts beside their addresses.
struct HostNamesTests {
  /// One host told its addresses; the other's packets leave its own stack.
  @Test func namesStandBesideAddressesOnce() throws {
    let run = try RecordedRun()
    let names = HostNames(run.judgement, run.scene)
    let flow = try #require(run.judgement.rootCauses.first?.finding.flows.first)
    let alias = try #require(run.scene.timeline.flows[flow].aliases.first)
    let owner = try #require(names.owner(of: "\(alias.acceptor)"))
    let server = "\(alias.acceptor)"
    #expect(
      names.beside("\(server) accepts, and \(server) closes") == "\(server) (`\(owner)`) accepts, and \(server) closes")
    #expect(names.beside("to \(server), and on") == "to \(server) (`\(owner)`), and on")
    #expect(names.beside("`\(owner)` is \(server)") == "`\(owner)` is \(server)")
    #expect(names.beside("run `ping \(server)` there") == "run `ping \(server)` there")
    #expect(names.beside("203.0.113.250:1 is nobody's") == "203.0.113.250:1 is nobody's")
  }
}

/// What is proven of an effect is not its cause.
struct OpenQuestionTests {
  @Test(arguments: SampleCase.incidents + SampleCase.goldens)
  func onlyEffectsLeaveAQuestion(name: String) throws {
    let effects: Set<FindingKind> = [
      .packetLoss, .receiverStalled, .noApplicationResponse, .endpointReset, .middleboxReset, .synFiltered,
    ]
    for cause in try SampleCase.named(name).judgement.rootCauses.map(\.finding) {
      if cause.isLocatedOnly { #expect(effects.contains(cause.kind)) }
      #expect((cause.openQuestion != nil) == (cause.isLocatedOnly && cause.certainty > .possible), "\(cause.title)")
    }
  }

  @Test func aLocatedLossIsNotCalledARootCauseOnThePage() throws {
    let page = try SampleCase.named("loss-gs-down").page()
    #expect(page.contains("<span class=\"pill\">located, proven</span>"))
    #expect(page.contains("for whoever owns that part of the path to find."))
  }
}

import CaseModel
import Diagnoses
import Testing
import Wire

/// Real captures: a 5.10 gateway with its own clock, cut to 100 bytes a frame. The frames to be cited are found in the packets.
struct PracticeTests {
  @Test func aServiceAddressByDNAT() throws {
    let practice = try PracticeCase("ctinv-vip-dnat", vantages: ["c", "g", "s"])
    #expect(practice.judgement.verdict == .rootCause)
    let causes = practice.judgement.rootCauses
    #expect(causes.map(\.finding.kind) == [.conntrackInvalidReset])
    let finding = try #require(causes.first?.finding)
    #expect(finding.certainty == .proven)
    #expect(finding.location == Location(from: "g", to: "g"))

    // The stranger is whoever the client resets without being connected to it.
    let (c, g, s) = (try practice.packets("c"), try practice.packets("g"), try practice.packets("s"))
    let client = try #require(c.first { $0.flags == .syn }?.source)
    let service = try #require(c.first { $0.flags == .syn }?.destination)
    let reset = try #require(c.first { $0.flags.contains(.rst) && $0.source == client })
    let stranger = reset.destination
    #expect(stranger != service)
    let stray = try #require(c.first { $0.source == stranger })

    let cited = practice.cited(finding)
    #expect(cited["c"]?.contains(stray.frame) == true)
    #expect(cited["c"]?.contains(reset.frame) == true)
    // The same segment at the gateway: its last copies in and out, both under the stranger's name.
    let copies = g.filter { $0.source == stranger && $0.sequence == stray.sequence && $0.payloadLength > 0 }.suffix(2)
    #expect(copies.map(\.direction) == [.inbound, .outbound])
    #expect(cited["g"]?.isSuperset(of: copies.map(\.frame)) == true)
    #expect(
      cited["g"]?.isSuperset(of: g.filter { $0.flags.contains(.rst) && $0.source == client }.map(\.frame)) == true)
    // The RST arrives at the server, which refuses what comes after; the client sees that as the service's RST.
    #expect(cited["s"]?.isSuperset(of: s.filter { $0.flags.contains(.rst) }.map(\.frame)) == true)
    #expect(
      cited["c"]?.isSuperset(of: c.filter { $0.flags.contains(.rst) && $0.source == service }.map(\.frame)) == true)
  }

  @Test func withoutHostEvidenceThePacketsAreEnough() throws {
    let practice = try PracticeCase("ctinv-vip-dnat", vantages: ["c", "g", "s"], evidence: false)
    #expect(practice.judgement.rootCauses.map(\.finding.kind) == [.conntrackInvalidReset])
    #expect(practice.judgement.rootCauses.first?.finding.certainty == .proven)
  }

  @Test(arguments: [["g"], ["c", "g"], ["g", "s"]])
  func theGatewayAloneShowsItAll(vantages: [String]) throws {
    let causes = try PracticeCase("ctinv-vip-dnat", vantages: vantages).judgement.rootCauses
    #expect(causes.map(\.finding.kind) == [.conntrackInvalidReset])
    #expect(causes.first?.finding.certainty == .proven)
    #expect(causes.first?.finding.location == Location(from: "g", to: "g"))
  }

  @Test func betweenBothEndsItIsSomewhereBetweenThem() throws {
    let causes = try PracticeCase("ctinv-vip-dnat", vantages: ["c", "s"]).judgement.rootCauses
    #expect(causes.map(\.finding.kind) == [.conntrackInvalidReset])
    #expect(causes.first?.finding.location == Location(from: "s", to: "c"))
  }

  /// The stranger's segment and the RST that it draws are there, the translator and the RST's arrival are not.
  @Test func fromTheClientAloneItIsProbable() throws {
    let causes = try PracticeCase("ctinv-vip-dnat", vantages: ["c"]).judgement.rootCauses
    #expect(causes.map(\.finding.kind) == [.conntrackInvalidReset])
    #expect(causes.first?.finding.certainty == .probable)
    #expect(causes.first?.finding.location == Location(from: nil, to: "c"))
  }

  @Test func theSameDuplicateTranslatedIsHealthy() throws {
    let practice = try PracticeCase("healthy-ctinv-vip-liberal", vantages: ["c", "g", "s"])
    #expect(practice.judgement.verdict == .healthy, "\(practice.judgement.reasons)")
    #expect(practice.judgement.rootCauses.isEmpty)
  }

  @Test func masqueradingHostsAnswerThemselves() throws {
    let practice = try PracticeCase("ctinv-masq-upload", vantages: ["ct", "h", "s"])
    let finding = try #require(practice.judgement.rootCauses.first?.finding)
    #expect(finding.kind == .conntrackInvalidReset)
    #expect(finding.location == Location(from: "h", to: "h"))
    #expect(practice.judgement.rootCauses.count == 1)
    // The RST that leaves the host and that the container never sent, and the acknowledgment that it answers.
    let h = try practice.packets("h")
    let reset = try #require(h.first { $0.flags.contains(.rst) })
    let late = try #require(h.last { $0.frame < reset.frame && $0.acknowledgment == reset.sequence })
    #expect(practice.cited(finding)["h"]?.isSuperset(of: [late.frame, reset.frame]) == true)
    #expect(practice.cited(finding)["ct"]?.isEmpty == false)
    #expect(finding.certainty == .proven)
  }

  @Test func withoutItsHostEvidenceItIsOnlyProbable() throws {
    let practice = try PracticeCase("ctinv-masq-upload", vantages: ["ct", "h", "s"], evidence: false)
    #expect(practice.judgement.rootCauses.map(\.finding.kind) == [.conntrackInvalidReset])
    #expect(practice.judgement.rootCauses.first?.finding.certainty == .probable)
  }

  /// Super-segments of 7,017 bytes leave a container for a tunnel whose underlay carries less; their short ends arrive.
  @Test func anOverlayThatCarriesLessThanItsContainersBelieve() throws {
    let practice = try PracticeCase("mtu-vxlan-gso", vantages: ["ctA", "n1", "n2", "ctB"])
    #expect(practice.judgement.verdict == .rootCause)
    let finding = try #require(practice.judgement.rootCauses.first?.finding)
    #expect(practice.judgement.rootCauses.count == 1)
    #expect(finding.kind == .mtuBlackhole)
    #expect(finding.certainty == .proven)
    #expect(finding.location == Location(from: "n2", to: "n1"))
    #expect(finding.flows.count == 2)
    let (ctB, ctA) = (try practice.packets("ctB"), try practice.packets("ctA"))
    let large = try #require(ctB.first { $0.payloadLength > 1_300 })
    #expect(!ctA.contains { $0.sequence == large.sequence && $0.payloadLength > 0 })
    #expect(practice.cited(finding)["ctB"]?.contains(large.frame) == true)
    #expect(practice.cited(finding)["n2"]?.isEmpty == false)
  }

  @Test(arguments: [
    (["n2"], Location(from: "n2", to: nil)), (["ctB"], Location(from: "ctB", to: nil)),
    (["ctA", "ctB"], Location(from: "ctB", to: "ctA")), (["ctA"], Location(from: nil, to: "ctA")),
  ])
  func fromFewerPlacesItIsSeenLessNarrowly(vantages: [String], place: Location) throws {
    let causes = try PracticeCase("mtu-vxlan-gso", vantages: vantages, evidence: false).judgement.rootCauses
    #expect(causes.map(\.finding.kind) == [.mtuBlackhole])
    #expect(causes.first?.finding.location == place)
    #expect(causes.first?.finding.certainty == (vantages.count > 1 ? .proven : .probable))
  }
}

import Alignment
import CaseModel
import CaseStore
import Correlation
import Evidence
import Foundation
import TestSupport
import Testing

/// Real captures whose clocks are known: where offsets lie, how narrow bounds are, and what is claimed of delays.
struct ClockTruthTests {
  /// A capture's clocks as they were measured. That of a virtual machine is known to half a millisecond, and was not followed
  /// while it ran.
  struct Truth: Sendable, CustomTestStringConvertible {
    var name: String
    var vantages: [String]
    /// Seconds by which a clock was ahead of the first vantage's.
    var ahead: [String: Double] = [:]
    /// Nanoseconds per nanosecond that it gained from the case's first packet on.
    var drift: [String: Double] = [:]
    var machines: Set<String> = []
    var folder = "DiagnosesTests"

    var testDescription: String { name }
  }

  static let truths = [
    Truth(name: "app-no-response-mml", vantages: ["c", "g", "s"]),
    Truth(
      name: "mtu-vxlan", vantages: ["ctA", "n1", "n2", "ctB"], ahead: ["n2": 0.8, "ctB": 0.8],
      drift: ["n2": 50e-6, "ctB": 50e-6], folder: "CorrelationTests"),
    Truth(name: "ctinv-masq-upload", vantages: ["ct", "h", "s"], ahead: ["h": -0.008475], machines: ["h"]),
    Truth(name: "ctinv-vip-dnat", vantages: ["c", "g", "s"], ahead: ["g": -0.158715], machines: ["g"]),
    Truth(name: "decoy-zero-window", vantages: ["c", "g", "s"], folder: "CorrelationTests"),
    Truth(name: "healthy-bulk-gso", vantages: ["c", "g", "s"]),
    Truth(name: "healthy-connection-refused", vantages: ["c", "g", "s"]),
    Truth(name: "healthy-ctinv-vip-liberal", vantages: ["c", "g", "s"], ahead: ["g": -0.10886], machines: ["g"]),
    Truth(name: "healthy-short-nat", vantages: ["c", "g", "s"]),
    Truth(name: "idle-timeout-reset-client", vantages: ["c", "g", "s"]),
    Truth(name: "listen-overflow-syn-drop", vantages: ["c", "s"]),
    Truth(name: "loss-gs-down", vantages: ["c", "g", "s"], folder: "CorrelationTests"),
    Truth(name: "mtu-plain-v4-down-nogso-ns", vantages: ["c", "g", "s"]),
    Truth(name: "mtu-vxlan-gso", vantages: ["ctA", "n1", "n2", "ctB"]),
    Truth(name: "periodic-close-tls12", vantages: ["c", "s"]),
    Truth(name: "syn-dropped-paws", vantages: ["cA", "cB", "g", "s"]),
  ]

  /// Nanoseconds to which a virtual machine's clock is known.
  private static let measured = 500_000.0

  @Test(arguments: truths)
  func `every frame lies inside its bound of the truth`(truth: Truth) throws {
    let real = try RealCase(truth)
    for (number, name) in truth.vantages.enumerated() {
      let clock = try #require(real.timeline.vantages[number].clock, "\(name)")
      let beyond = real.frames(number).map {
        abs(real.error($0, number)) - clock.bound(unfolded: HostTime(nanoseconds: $0))
      }
      let worst = try #require(beyond.max(), "\(name)")
      // A nanosecond for rounding to whole ones.
      #expect(worst <= (truth.machines.contains(name) ? Self.measured : 1), "\(name)")
      // Where it does not, packets tell the clock better than it was measured: by that, some came before they were sent.
      if worst > 1 {
        let trips = real.trips(0, number)
        #expect(min(trips.fastestThere, trips.fastestBack) < 0, "\(name)")
      }
    }
  }

  @Test(arguments: truths)
  func `a bound is narrow where packets go there and back at once`(truth: Truth) throws {
    let real = try RealCase(truth)
    for (number, name) in truth.vantages.enumerated().dropFirst() {
      let trips = real.trips(0, number)
      let clock = try #require(real.timeline.vantages[number].clock, "\(name)")
      let least = trips.fastestThere + trips.fastestBack
      // Stamps of a microsecond add up along a path of several captures.
      let limit = 0.65 * least + 2_000 + 1_000 * trips.between
      let instants = trips.answered(within: 10_000_000, by: 1.1 * least + 2_000)
      for instant in instants {
        #expect(clock.bound(unfolded: HostTime(nanoseconds: instant)) <= limit, "\(name)")
      }
      // Two clients never talk to each other.
      #expect(instants.isEmpty == !least.isFinite, "\(name)")
    }
  }

  @Test(arguments: truths)
  func `delays between any two vantages are within what they may be off`(truth: Truth) throws {
    let real = try RealCase(truth)
    for here in truth.vantages.indices {
      for there in truth.vantages.indices where there > here {
        let bound = Double(try #require(real.timeline.vantages.bound(here, there)))
        let measured = truth.machines.isDisjoint(with: [truth.vantages[here], truth.vantages[there]])
        let trips = real.trips(here, there)
        for reading in (trips.there + trips.back).map(\.at) {
          let off = abs(real.error(reading, there) - real.error(reading &- trips.lead, here))
          #expect(off <= bound + (measured ? 2 : Self.measured), "\(truth.vantages[here]) \(truth.vantages[there])")
        }
      }
    }
  }

  @Test func `vantages near each other are known to each other, however far the reference is`() throws {
    let truth = try #require(Self.truths.first { $0.name == "loss-gs-down" })
    let vantages = try RealCase(truth).timeline.vantages
    #expect(try #require(vantages.bound(0, 1)) > 10_000_000)
    #expect(try #require(vantages.bound(1, 2)) < 12_000)
    #expect(vantages.bound(1, 2) == vantages.bound(2, 1))
  }
}

/// A case's timeline, and the truth about its clocks.
private struct RealCase {
  let timeline: Timeline
  private let truth: ClockTruthTests.Truth
  private let stories: [FlowStory]
  private let start: Int64

  init(_ truth: ClockTruthTests.Truth) throws {
    self.truth = truth
    let folder = "\(Program.root)/Tests/\(truth.folder)/Fixtures/\(truth.name)"
    let foreign = try ForeignCase(
      captures: truth.vantages.map {
        ForeignCase.CaptureArgument(vantage: VantageName($0), host: nil, file: "\(folder)/\($0).pcap")
      }, evidence: [])
    timeline = try correlate(
      readEvidence(foreign.manifest, from: foreign), workers: InlineWorkers(), spool: MemorySpool())
    stories = try timeline.eachStory(InlineWorkers()) { $0 }
    start = timeline.vantages[0].health.first?.nanoseconds ?? 0
  }

  /// Nanoseconds by which a vantage's reading is ahead of the first one's.
  func ahead(_ reading: Int64, _ vantage: Int) -> Double {
    let name = truth.vantages[vantage]
    let offset = (truth.ahead[name] ?? 0) * 1e9
    let drift = truth.drift[name] ?? 0
    return offset + drift / (1 + drift) * (Double(reading &- start) - offset)
  }

  /// By how much the timeline is wrong about a reading, nanoseconds.
  func error(_ reading: Int64, _ vantage: Int) -> Double {
    let told = timeline.vantages[vantage].clock?.caseTime(unfolded: HostTime(nanoseconds: reading)).nanoseconds ?? 0
    return Double(told &- reading) + ahead(reading, vantage)
  }

  func frames(_ vantage: Int) -> [Int64] {
    stories.flatMap { $0.tracks[vantage].records.map(\.time) }
  }

  /// Packets that went from one vantage to another or back.
  func trips(_ here: Int, _ there: Int) -> Trips {
    var trips = Trips()
    trips.lead = Int64(ahead(start, there) - ahead(start, here))
    for story in stories {
      for (sender, receiver) in [(here, there), (there, here)] {
        for index in story.tracks[receiver].records.indices {
          var at = RecordReference(vantage: receiver, index: index)
          var passed: Set<Int> = []
          while at.vantage != sender, let next = story.tracks[at.vantage].upstream[at.index].to,
            story.tracks[at.vantage].upstream[at.index].match == .unique
          {
            passed.insert(at.vantage)
            at = next
          }
          guard at.vantage == sender else { continue }
          let (sent, seen) = (story[at].time, story.tracks[receiver].records[index].time)
          let delay = Double(seen &- sent) - ahead(seen, receiver) + ahead(sent, sender)
          trips.note(receiver == there ? seen : sent, delay, isThere: receiver == there, between: passed.count - 1)
        }
      }
    }
    return trips
  }
}

/// Delays both ways in nanoseconds, by the truth, at readings of the far clock.
private struct Trips {
  private(set) var there: [(at: Int64, delay: Double)] = []
  private(set) var back: [(at: Int64, delay: Double)] = []
  /// How many captures lie on the way.
  private(set) var between = 0.0
  /// By how much the far clock reads more than the near one, about.
  var lead: Int64 = 0

  mutating func note(_ at: Int64, _ delay: Double, isThere: Bool, between: Int) {
    if isThere { there.append((at, delay)) } else { back.append((at, delay)) }
    self.between = max(self.between, Double(between))
  }

  var fastestThere: Double { there.map(\.delay).min() ?? .infinity }
  var fastestBack: Double { back.map(\.delay).min() ?? .infinity }

  /// Where packets went both ways within so many nanoseconds, in no more than that together.
  func answered(within: Double, by most: Double) -> [Int64] {
    there.filter { one in
      back.contains { abs(Double($0.at &- one.at)) <= within && $0.delay + one.delay <= most }
    }.map(\.at)
  }
}

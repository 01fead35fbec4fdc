import Foundation
import Testing

/// What a run does when something goes wrong in the middle: other hosts' evidence is kept, the journal is true, the host at fault
/// is named, nothing of ours outlives grace and half a minute, and what lies on the hosts comes home afterwards.
@Suite(.serialized)
struct FaultTests {
  private static let phases = FaultTrial.chosen([
    "connecting", "checkingBefore", "arming", "waiting", "stopping", "checkingAfter", "fetching", "cleaning",
  ])

  /// One of each kind, side by side.
  @Test(.needsLab) func aRunGetsOverWhatCanBeGotOverAndTellsOfTheRest() async throws {
    try await sideBySide(
      [
        .killed("fetching"), FaultTrial(fault: .cut, phase: "checkingAfter"),
        FaultTrial(fault: .reboot, phase: "waiting"),
      ])
  }

  @Test(.needsLab, .isLong) func theControllerIsKilledInEveryPhase() async throws {
    try await sideBySide(Self.phases.map(FaultTrial.killed))
  }

  /// Longer than silence and shorter than grace.
  @Test(.needsLab, .isLong) func theNetworkIsCutForAWhileInEveryPhase() async throws {
    try await sideBySide(
      [Fault.cut, .deaf, .mute].flatMap { fault in
        Self.phases.map { phase in
          // A host that cannot be reached while others connect may be given up.
          FaultTrial(fault: fault.with(lasts: .seconds(4), isGotOver: phase != "connecting"), phase: phase)
        }
      })
  }

  @Test(.needsLab, .isLong) func theNetworkIsCutForEverInEveryPhase() async throws {
    try await sideBySide(
      [Fault.cut, .deaf, .mute].flatMap { fault in Self.phases.map { FaultTrial(fault: fault, phase: $0) } })
  }

  /// Before captures record, a host that breaks off is left out.
  @Test(.needsLab, .isLong) func connectionsBreakInEveryPhase() async throws {
    try await sideBySide(
      [Fault.reset, .sshd].flatMap { fault in
        Self.phases.map { phase in
          let isEarly = ["connecting", "checkingBefore", "arming"].contains(phase)
          return FaultTrial(fault: fault.with(lasts: fault.lasts, isGotOver: !isEarly), phase: phase)
        }
      })
  }

  @Test(.needsLab, .isLong) func theHostItselfFails() async throws {
    try await sideBySide(
      [Fault.tcpdump, .keepers, .reboot, .disk].map { FaultTrial(fault: $0, phase: "waiting") }
        + [
          FaultTrial(fault: .reboot.with(lasts: .seconds(1), isGotOver: true), phase: "fetching"),
          FaultTrial(fault: .damage, phase: "waiting"),
        ])
  }

  @Test(.needsLab, .isLong) func theLoginShellPrintsGarbageOrWithoutEndOrNothing() async throws {
    try await sideBySide(
      [Fault.garbage, .endless, .speechless].flatMap { fault in
        [FaultTrial.beginning, "arming", "waiting", "checkingAfter", "fetching"].map {
          FaultTrial(fault: fault, phase: $0)
        }
      })
  }

  private func sideBySide(_ trials: [FaultTrial], at once: Int = 3) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (number, trial) in trials.enumerated() {
        if number >= once { try await group.next() }
        group.addTask { try await trial.run() }
      }
      try await group.waitForAll()
    }
  }
}

extension Trait where Self == ConditionTrait {
  /// Takes minutes: `make test-long`.
  static var isLong: Self {
    .enabled(if: ProcessInfo.processInfo.environment["STAKEOUT_LONG"] == "1", "it takes minutes: `make test-long`")
  }
}

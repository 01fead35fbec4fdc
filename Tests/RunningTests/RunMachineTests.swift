import CaseModel
import Testing

@testable import Running

/// The course of a run, without a host: events in, effects out.
struct RunMachineTests {
  private static let hosts: [HostName] = ["client", "gateway", "server"]
  private static let lost = Failure("connection-lost", host: "gateway", what: "could not go on", cause: "lost")

  private func machine(capturing: Set<HostName> = Set(hosts)) -> RunMachine {
    RunMachine(hosts: Self.hosts, capturing: capturing)
  }

  /// Reports a phase done by these hosts; gives the effects of the last.
  private func finish(
    _ machine: inout RunMachine, _ phase: RunMachine.Phase, _ hosts: [HostName] = hosts
  ) -> [RunMachine.Effect] {
    hosts.map { machine.handle(.done($0, phase)) }.last ?? []
  }

  /// Brings a machine to where it waits.
  private func waiting() -> RunMachine {
    var machine = machine()
    _ = machine.handle(.begin)
    for phase in [RunMachine.Phase.connecting, .checkingBefore, .arming] { _ = finish(&machine, phase) }
    return machine
  }

  private func all(_ phase: RunMachine.Phase, _ hosts: [HostName] = hosts) -> [RunMachine.Effect] {
    hosts.map { .perform($0, phase) }
  }

  @Test func everyPhaseIsABarrier() {
    var machine = machine()
    #expect(machine.handle(.begin) == all(.connecting))
    #expect(finish(&machine, .connecting, ["client", "gateway"]) == [])
    #expect(machine.handle(.done("server", .connecting)) == all(.checkingBefore))
    #expect(finish(&machine, .checkingBefore) == all(.arming))
    #expect(finish(&machine, .arming) == [.wait(hosts: 3)])
    #expect(machine.handle(.triggered(TriggerRecord(kind: .duration, occurred: true))) == [.linger])
    #expect(machine.handle(.lingered) == all(.stopping))
    #expect(finish(&machine, .stopping) == all(.checkingAfter))
    #expect(finish(&machine, .checkingAfter) == all(.fetching))
    #expect(finish(&machine, .fetching) == all(.cleaning))
    #expect(finish(&machine, .cleaning) == [.finish])
    #expect(machine.phase == .done)
    #expect(machine.failures.isEmpty)
  }

  @Test func withoutItsTerminalItLeavesTheHostsToThemselves() {
    var machine = waiting()
    #expect(machine.handle(.hungUp) == [.leave])
    #expect(machine.handle(.departed) == [.finish])
    #expect(machine.hasDeparted)
  }

  @Test func aTerminalThatGoesBeforeAnythingRecordsIsAsIfTheRunWereDetached() {
    var machine = machine()
    _ = machine.handle(.begin)
    #expect(machine.handle(.hungUp) == [])
    for phase in [RunMachine.Phase.connecting, .checkingBefore] { _ = finish(&machine, phase) }
    #expect(finish(&machine, .arming) == [.depart])
  }

  @Test func onceTheWaitIsOverItEndsWithoutATerminal() {
    var machine = waiting()
    _ = machine.handle(.triggered(TriggerRecord(kind: .log, occurred: true)))
    #expect(machine.handle(.hungUp) == [])
    #expect(machine.handle(.lingered) == all(.stopping))
  }

  @Test func anUnreachableHostIsLeftOutAndTheOthersGoOn() {
    var machine = machine()
    _ = machine.handle(.begin)
    _ = machine.handle(.failed("gateway", .connecting, Self.lost))
    #expect(finish(&machine, .connecting, ["client", "server"]) == all(.checkingBefore, ["client", "server"]))
    #expect(machine.failures == ["gateway": Self.lost])
  }

  @Test func aHostThatFailsLaterIsStillAskedToHandOverAndCleanUp() {
    var machine = waiting()
    _ = machine.handle(.triggered(TriggerRecord(kind: .duration, occurred: true)))
    _ = machine.handle(.lingered)
    _ = machine.handle(.failed("gateway", .stopping, Self.lost))
    #expect(finish(&machine, .stopping, ["client", "server"]) == all(.checkingAfter))
    #expect(machine.failures["gateway"] == Self.lost)
  }

  @Test func withNoCaptureRecordingThereIsNothingToWaitFor() {
    var machine = machine(capturing: ["gateway"])
    _ = machine.handle(.begin)
    _ = finish(&machine, .connecting)
    _ = finish(&machine, .checkingBefore)
    _ = finish(&machine, .arming, ["client", "server"])
    #expect(machine.handle(.failed("gateway", .arming, Self.lost)) == [.nothingToWaitFor] + all(.stopping))
  }

  @Test func withNoHostReachedItCleansUpAndEnds() {
    var machine = machine()
    _ = machine.handle(.begin)
    var effects: [RunMachine.Effect] = []
    for host in Self.hosts { effects = machine.handle(.failed(host, .connecting, Self.lost)) }
    #expect(effects == [.finish])
  }

  @Test func theFirstInterruptWhileWaitingIsTheOperatorsTrigger() {
    var machine = waiting()
    #expect(machine.handle(.interrupted(at: HostTime(nanoseconds: 7))) == [.linger])
    #expect(machine.trigger.kind == .operator)
    #expect(machine.trigger.occurred)
    #expect(!machine.isAborted)
  }

  @Test func aSecondInterruptStopsAtOnceAndKeepsWhatThereIs() {
    var machine = waiting()
    _ = machine.handle(.interrupted(at: HostTime(nanoseconds: 7)))
    #expect(machine.handle(.interrupted(at: HostTime(nanoseconds: 8))) == all(.stopping))
    #expect(machine.isAborted)
    #expect(finish(&machine, .stopping) == all(.checkingAfter))
  }

  @Test func anInterruptBeforeCapturesStartCleansUpWithoutStartingThem() {
    var machine = machine()
    _ = machine.handle(.begin)
    #expect(machine.handle(.interrupted(at: HostTime(nanoseconds: 7))) == [])
    #expect(finish(&machine, .connecting) == all(.cleaning))
    #expect(machine.isAborted)
  }

  @Test func aTriggerAfterTheWaitChangesNothing() {
    var machine = waiting()
    _ = machine.handle(.triggered(TriggerRecord(kind: .duration, occurred: true)))
    #expect(machine.handle(.triggered(TriggerRecord(kind: .log, occurred: true))) == [])
    #expect(machine.trigger.kind == .duration)
  }

  @Test func aReportOfAnotherPhaseMovesNothing() {
    var machine = machine()
    _ = machine.handle(.begin)
    #expect(finish(&machine, .fetching) == [])
    #expect(machine.phase == .connecting)
  }
}

internal import ArgumentParser
internal import CaseModel
internal import Planning
internal import Playbooks
internal import Running

/// What every unit of a case is doing, host by host.
struct UnitTable {
  let hosts: [StandingUnits]

  /// 0 where every host told.
  var exit: ExitCode { ExitCode(hosts.contains { $0.failure != nil } ? ExitStatus.noVerdict : 0) }

  var text: String {
    var rows = [["host", "unit", "is", "bytes"]]
    for host in hosts {
      if let failure = host.failure { rows.append([host.host.text, "-", failure.cause, ""]) }
      for unit in host.units {
        rows.append([host.host.text, unit.name, Self.words(unit.phase), "\(ByteCount(bytes: unit.bytes))"])
      }
    }
    return TextTable.text(rows)
  }

  private static func words(_ phase: BeatAnswer.Phase) -> String {
    switch phase {
    case .starting: "starting"
    case .recording: "running"
    case .ended(let why): "ended (\(why.rawValue))"
    }
  }
}

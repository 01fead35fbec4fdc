public import CaseModel

/// What is begun once more when a container was replaced, each under a name and with files of its own: `NAME~2`.
public struct Rearming: Sendable {
  public var captures: [CapturePlan]
  public var logs: [LogPlan]
  public var triggers: [TriggerPlan]

  public var units: [KeeperUnit] { captures.map(\.unit) + logs.map(\.unit) + triggers.map(\.unit) }
}

extension HostPlan {
  /// What the plan has in a namespace, for the container that is there now.
  /// - Parameter number: 2 for the first that comes after the planned one.
  public func rearming(_ namespace: NamespaceName, number: Int) -> Rearming {
    let logs = logs.filter { $0.namespace == namespace && !$0.unit.isRearmed }
    let again = logs.map { $0.again(number, folder) }
    // Who waits for a line has to read the new log.
    var files: [String: String] = [:]
    for (old, new) in zip(logs, again) {
      guard case .stdout(let before)? = old.unit.output, case .stdout(let after)? = new.unit.output else { continue }
      files["\(folder)/\(before)"] = "\(folder)/\(after)"
    }
    return Rearming(
      captures: captures.filter { $0.namespace == namespace && !$0.unit.isRearmed }.map { $0.again(number, folder) },
      logs: again,
      triggers: triggers.filter { $0.namespace == namespace && !$0.unit.isRearmed }
        .map { $0.again(number, folder, files) })
  }

  public mutating func add(_ rearming: Rearming) {
    captures += rearming.captures
    logs += rearming.logs
    triggers += rearming.triggers
  }
}

extension CapturePlan {
  fileprivate func again(_ number: Int, _ folder: String) -> CapturePlan {
    var plan = self
    plan.vantage = VantageName("\(vantage)~\(number)")
    let name = CasePath.component(plan.vantage.text) + ".pcap"
    plan.file = "\(folder)/\(name)"
    plan.unit = unit.again(number, [file: plan.file])
    plan.unit.output = .written(name)
    plan.start = plan.unit.start("capture \(plan.vantage)", folder)
    return plan
  }
}

extension LogPlan {
  fileprivate func again(_ number: Int, _ folder: String) -> LogPlan {
    var plan = self
    plan.name += "~\(number)"
    plan.unit = unit.again(number)
    plan.unit.output = .stdout(LogPlan.file(plan.name))
    plan.start = plan.unit.start("log \(plan.name)", folder)
    return plan
  }
}

extension TriggerPlan {
  fileprivate func again(_ number: Int, _ folder: String, _ files: [String: String]) -> TriggerPlan {
    var plan = self
    var words = files
    words[unit.fileName] = CasePath.component("\(unit.name)~\(number)")
    plan.unit = unit.again(number, words)
    plan.unit.output = .stdout(plan.unit.fileName + ".out")
    plan.start = plan.unit.start("trigger \(kind.rawValue) \(source)", folder)
    return plan
  }
}

extension KeeperUnit {
  /// Whether it was begun for a container that replaced another: its name ends in `~2`, `~3`, ...
  public var isRearmed: Bool { rearmingNumber != nil }

  /// Which container of its name it is for; nil for the planned one.
  public var rearmingNumber: Int? { KeeperUnit.rearmingNumber(name) }

  public static func rearmingNumber(_ name: String) -> Int? {
    guard let tilde = name.utf8.lastIndex(of: UInt8(ascii: "~")) else { return nil }
    return Int(name[name.utf8.index(after: tilde)...]).flatMap { $0 > 1 ? $0 : nil }
  }

  fileprivate func again(_ number: Int, _ words: [String: String] = [:]) -> KeeperUnit {
    var unit = self
    unit.name += "~\(number)"
    unit.command = command.map { words[$0] ?? $0 }
    return unit
  }
}

internal import CaseModel
internal import Planning
internal import Remotes

/// Containers that are replaced while captures record: what was begun for the old one goes on as far as it goes, and the same
/// begins for the new one.
extension HostSession {
  private static var interval: Duration { .seconds(5) }

  /// Looks every few seconds.
  /// - Returns: the units of captures that were begun.
  func lookForReplacements() async throws(Failure) -> [KeeperUnit] {
    guard ContinuousClock.now - looked >= Self.interval else { return [] }
    looked = .now
    var begun: [KeeperUnit] = []
    for namespace in plan.namespaces {
      guard let look = namespace.look, let find = namespace.find, try await !session().run(look).isSuccess else {
        continue
      }
      // Between the old one's end and the new one's start there is none.
      let found = try await session().run(find)
      guard found.isSuccess else { continue }
      begun += try await rearm(namespace, found.text.split(separator: "\n").joined(separator: " "))
    }
    return begun
  }

  private func rearm(_ namespace: NamespacePlan, _ found: String) async throws(Failure) -> [KeeperUnit] {
    let number = (generations[namespace.name] ?? 1) + 1
    generations[namespace.name] = number
    let rearming = plan.rearming(namespace.name, number: number)
    let names = rearming.captures.map(\.vantage.text).joined(separator: ", ")
    run.note(name, event: "namespace", "\(namespace.name) was replaced, now \(found); captured on as \(names)")
    run.report(.run("\(namespace.name) on \(name) was replaced: captured on as \(names)"))
    let remote = try await session()
    for log in rearming.logs { try await start(log.unit, log.start, remote) }
    for capture in rearming.captures { try await start(capture.unit, capture.start, remote) }
    for trigger in rearming.triggers { try await start(trigger.unit, trigger.start, remote) }
    plan.add(rearming)
    return rearming.captures.map(\.unit)
  }

  /// Whether another container came after the one that a unit was begun for: nobody is surprised by its end.
  func isOutlived(_ unit: KeeperUnit, in namespace: NamespaceName) -> Bool {
    generations[namespace].map { $0 > unit.rearmingNumber ?? 1 } ?? false
  }

  /// What an earlier run began for containers that were replaced.
  func recallReplacements(_ standing: [BeatAnswer.Unit]) {
    for namespace in plan.namespaces where namespace.look != nil {
      for number in Set(standing.compactMap { KeeperUnit.rearmingNumber($0.name) }).sorted() {
        let rearming = plan.rearming(namespace.name, number: number)
        guard rearming.units.contains(where: { unit in standing.contains { $0.name == unit.name } }) else { continue }
        generations[namespace.name] = number
        plan.add(rearming)
      }
    }
  }
}

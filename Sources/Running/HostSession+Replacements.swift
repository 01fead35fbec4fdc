internal import CaseModel
internal import Planning
internal import Remotes

/// Containers that are replaced while captures record: what was begun for the old one goes on as far as it goes, and the host begins
/// the same for the new one.
extension HostSession {
  /// What the host has begun since, once all of it is there.
  /// - Returns: the units of captures that were begun.
  func noticeReplacements(_ standing: [BeatAnswer.Unit]) async throws(Failure) -> [KeeperUnit] {
    var begun: [KeeperUnit] = []
    for namespace in plan.namespaces where namespace.rearm != nil {
      let number = (generations[namespace.name] ?? 1) + 1
      let rearming = plan.rearming(namespace.name, number: number)
      guard rearming.units.allSatisfy({ unit in standing.contains { $0.name == unit.name } }) else { continue }
      await adopt(rearming, number, of: namespace)
      started += rearming.units.map(\.name)
      begun += rearming.captures.map(\.unit)
    }
    return begun
  }

  /// What it has begun while nobody watched, as far as that came.
  func recallReplacements(_ standing: [BeatAnswer.Unit]) async {
    for namespace in plan.namespaces where namespace.rearm != nil {
      for number in Set(standing.compactMap { KeeperUnit.rearmingNumber($0.name) }).sorted()
      where number > generations[namespace.name] ?? 1 {
        let rearming = plan.rearming(namespace.name, number: number)
        guard rearming.units.contains(where: { unit in standing.contains { $0.name == unit.name } }) else { continue }
        await adopt(rearming, number, of: namespace)
      }
    }
  }

  /// What began in the moment in which everything was asked to end.
  /// - Returns: whether there is something.
  func recallTheLast() async throws(Failure) -> Bool {
    guard plan.namespaces.contains(where: { $0.rearm != nil }) else { return false }
    let standing = try await states()
    await recallReplacements(standing)
    let late = plan.units.map(\.name).filter { name in
      !started.contains(name) && standing.contains { $0.name == name }
    }
    started += late
    return !late.isEmpty
  }

  private func adopt(_ rearming: Rearming, _ number: Int, of namespace: NamespacePlan) async {
    generations[namespace.name] = number
    plan.add(rearming)
    guard !isLooking, let rearm = namespace.rearm else { return }
    let told = try? await session().run(
      ShellCommand(words: ["sed", "-n", "\(number - 1)p", "\(plan.folder)/\(rearm.unit.fileName).out"]))
    let found = told?.text.split(separator: "\n").first.map { ", now \($0)" } ?? ""
    let names = rearming.captures.map(\.vantage.text).joined(separator: ", ")
    let goesOn = names.isEmpty ? "" : "captured on as \(names)"
    run.note(name, event: "namespace", "\(namespace.name) was replaced\(found); \(goesOn)")
    run.report(.run("\(namespace.name) on \(name) was replaced: \(goesOn)"))
  }

  /// Whether another container came after the one that a unit was begun for: nobody is surprised by its end.
  func isOutlived(_ unit: KeeperUnit, in namespace: NamespaceName) -> Bool {
    generations[namespace].map { $0 > unit.rearmingNumber ?? 1 } ?? false
  }
}

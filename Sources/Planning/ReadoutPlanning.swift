internal import CaseModel
internal import Checks

/// What the checks at one place want read, each command once.
///
/// Orders that make no sense were Problems of the playbook; none is left here.
func readoutPlans(_ orders: [CheckOrder], _ place: Station, _ folder: String) -> [ReadoutPlan] {
  let checks = orders.compactMap { try? CheckCatalog.check(for: $0) }
  return ReadoutRequest.merged(checks.flatMap(\.requests)).map { request in
    let readers = checks.filter { $0.requests.contains { $0.command == request.command } }
    return ReadoutPlan(
      namespace: place.name, name: request.name, command: request.shell.behind(place.entering(folder)),
      checks: Set(readers.map { type(of: $0).id }).sorted())
  }
}

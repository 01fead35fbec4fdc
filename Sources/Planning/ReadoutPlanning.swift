internal import CaseModel
internal import Checks
internal import Playbooks

/// What the checks at one place want read, each command once.
///
/// Orders that make no sense were Problems of the playbook; none is left here.
func readoutPlans(_ wanted: [Playbook.Check], _ place: Station, _ folder: String) -> [ReadoutPlan] {
  let checks = wanted.compactMap { wanted in
    (try? CheckCatalog.check(for: wanted.order)).map { (check: $0, every: wanted.every) }
  }
  return ReadoutRequest.merged(checks.flatMap(\.check.requests)).map { request in
    let readers = checks.filter { $0.check.requests.contains { $0.command == request.command } }
    return ReadoutPlan(
      namespace: place.name, name: request.name, command: request.shell.behind(place.entering(folder)),
      checks: Set(readers.map { type(of: $0.check).id }).sorted(), every: readers.compactMap(\.every).min())
  }
}

internal import CaseModel
internal import CaseStore
internal import Planning

extension RunRequest {
  /// What a case's run was asked, from what the case keeps of it: to make the same plan again.
  /// - Throws: a `Failure` when it is no case of a run.
  static func ofCase(_ folder: CaseFolder) throws(Failure) -> RunRequest {
    let bytes = try folder.read(CasePath.plan)
    guard let inputs = try? JSONText.decode(PlanInputs.self, from: bytes) else {
      throw Failure(
        "no-plan", what: "could not go on with case `\(folder.path)`",
        cause: "its `\(CasePath.plan)` does not say what the run was given",
        hint: "captures that still lie on the hosts are in `/var/tmp/stakeout-*` there")
    }
    var request = RunRequest(
      playbookPath: folder.location(CasePath.playbook), inventoryPath: folder.location(CasePath.inventory))
    request.variables = inputs.variables
    request.caseID = inputs.id
    request.isDetached = inputs.isDetached
    request.allowsChanges = inputs.allowsChanges
    return request
  }
}

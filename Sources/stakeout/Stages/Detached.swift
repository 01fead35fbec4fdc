internal import CaseStore
internal import Planning
internal import Playbooks

/// What is said when the hosts have been left to themselves.
struct Detached {
  let folder: CaseFolder
  let plan: Plan

  var words: String {
    let longest = plan.playbook.wait + plan.playbook.then
    let until =
      plan.playbook.namesATrigger ? "until its trigger comes, \(longest.written) at most" : "for \(longest.written)"
    return """
      \(folder.path) records without us, \(until)
        stakeout status \(folder.path)   shows what each host is doing
        stakeout stop \(folder.path)     ends it
        stakeout collect \(folder.path)  ends it, brings home what was captured, and judges it
      """
  }
}

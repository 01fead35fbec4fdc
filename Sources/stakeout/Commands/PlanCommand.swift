internal import ArgumentParser
internal import CaseModel
internal import Planning
internal import Reporting

/// `stakeout plan PLAYBOOK -i INV`: what would run where.
struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Say what would run where: every command, the worst-case bytes. Touches nothing.",
    discussion: """
      With --resolve it connects to the hosts on which something runs inside a container, a pod or a namespace, and says which \
      process and which network each name stands for now; nothing is changed there. 0: all are there; 2: some are not.
      """)

  @OptionGroup var options: RunOptions
  @Flag(help: "Connect, and find the containers and namespaces that are named.") var resolve = false
  @Flag(help: "One JSON document on stdout.") var json = false
  @OptionGroup var verbosity: Verbosity

  func run() async throws {
    let console = verbosity.console
    try await console.reporting {
      let (investigation, request) = (Investigation(console: console), options.request)
      var plan = try investigation.plan(request).plan
      var failures: [Failure] = []
      if resolve { (plan, failures) = await investigation.resolve(plan, request) }
      console.result(json ? try JSONText.document(plan) : Array(SafeText.visibleLines(plan.text).utf8))
      for failure in failures { console.error("\(failure)") }
      if !failures.isEmpty { throw ExitCode(ExitStatus.inconclusive) }
    }
  }
}

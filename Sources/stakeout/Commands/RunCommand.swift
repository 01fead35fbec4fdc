internal import ArgumentParser
internal import CaseModel
internal import CaseStore
internal import Planning

/// `stakeout run PLAYBOOK -i INV`: the whole job.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Do the whole job: capture, check, wait, fetch, judge, and write the postmortem.",
    discussion: """
      Ctrl-C while it waits ends the wait ("I saw it") and goes on to the verdict; again, or at any other time, it stops, \
      keeps what there is and cleans up.
      """)

  @OptionGroup var options: RunOptions
  @Flag(name: [.customShort("C"), .long], help: "The same as `plan`.") var check = false
  @Flag(name: .shortAndLong, help: "Do not ask before it starts, nor before it captures whole packets.") var yes = false
  @Flag(help: "Leave the hosts to themselves once they record; `status`, `stop` and `collect` come back to them.")
  var detach = false
  @Option(help: "A case from before a change: what the change did to the same measures is told.") var compare: String?
  @Flag(help: "One JSON document on stdout: findings.json.") var json = false
  @OptionGroup var verbosity: Verbosity

  func run() async throws {
    let console = verbosity.console
    try await console.reporting {
      if check {
        console.result(try Investigation(console: console).plan(options.request).plan.text)
        return
      }
      var request = options.request
      request.isDetached = detach
      request.comparedCase = compare
      request.consent = Consent(console: console, isGiven: yes)
      let (judged, exit) = try await Investigation(console: console).runAndJudge(request)
      console.result(json ? try JSONText.document(judged.findings) : Array(judged.words.utf8))
      throw exit
    }
  }
}

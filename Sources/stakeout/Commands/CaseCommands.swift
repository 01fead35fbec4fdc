internal import ArgumentParser
internal import CaseModel
internal import CaseStore

/// What comes back to a run that was left to itself, or broke off: the case says the rest.
struct CaseOptions: ParsableArguments {
  @Argument(help: "The case's folder.") var folder: String
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var verbosity: Verbosity

  func request(_ folder: CaseFolder) throws(Failure) -> RunRequest {
    var request = try RunRequest.ofCase(folder)
    connection.apply(to: &request)
    return request
  }

  /// Prints what the case's units are doing on its hosts, after ending them if told to.
  func look(stop: Bool) async throws {
    let console = verbosity.console
    try await console.reporting {
      let folder = try CaseFolder.open(folder)
      let table = try await Investigation(console: console).look(at: folder, try request(folder), stop: stop)
      console.result(table.text)
      throw table.exit
    }
  }
}

/// `stakeout status CASE`: a look, nothing more.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show what a detached or broken-off run is doing on its hosts.")

  @OptionGroup var options: CaseOptions

  func run() async throws { try await options.look(stop: false) }
}

/// `stakeout stop CASE`: everything of the case's ends on every host; the files wait there.
struct StopCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "End a detached or broken-off run; what it captured waits on the hosts.")

  @OptionGroup var options: CaseOptions

  func run() async throws { try await options.look(stop: true) }
}

/// `stakeout collect CASE`: what lies on the hosts comes home and is judged, and the hosts are clean.
struct CollectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collect", abstract: "End a detached or broken-off run, fetch what lies on the hosts, and judge it.")

  @OptionGroup var options: CaseOptions
  @Flag(help: "One JSON document on stdout: findings.json.") var json = false

  func run() async throws {
    let console = options.verbosity.console
    try await console.reporting {
      let folder = try CaseFolder.open(options.folder)
      let (judged, exit) = try await Investigation(console: console).collect(folder, try options.request(folder))
      console.result(json ? try JSONText.document(judged.findings) : Array(judged.words.utf8))
      throw exit
    }
  }
}

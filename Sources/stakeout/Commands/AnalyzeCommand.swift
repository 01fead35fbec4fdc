internal import ArgumentParser
internal import CaseModel
internal import CaseStore

/// `stakeout analyze CASE` judges again from disk; `--capture NAME=FILE` judges captures taken by hand.
struct AnalyzeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze", abstract: "Judge a case again, or captures taken by hand.",
    discussion: """
      Captures taken by hand: name each vantage and the file, as often as there are files. Captures of one host share its \
      clock when the host is named. Without -o nothing is written but stdout.

        stakeout analyze --capture client=c.pcap --capture gw@node1=g.pcap --capture server=s.pcap \\
                         --role client=client --evidence gw=evidence/gw
      """)

  @Argument(help: "The case's folder.") var folder: String?
  @Option(name: .customLong("capture"), help: "NAME[@HOST]=FILE: a capture; a NAME may be repeated for several files.")
  var captures: [ForeignArgument.Capture] = []
  @Option(name: .customLong("role"), help: "NAME=ROLE: what that capture's host is: client, gateway, server.")
  var roles: [ForeignArgument.Pair] = []
  @Option(name: .customLong("evidence"), help: "NAME=DIR: text files of commands, such as `before_nstat.txt`.")
  var evidence: [ForeignArgument.Pair] = []
  @Option(name: .customLong("look-for"), help: "bad=TEXT, good=TEXT: what to find in the payload.")
  var lookFor: [ForeignArgument.Pair] = []
  @Option(name: .shortAndLong, help: "Write the case's analysis into this folder.") var output: String?
  @Option(help: "Write all captures, merged on one time line, into this pcapng file; no case is needed for it.")
  var merged: String?
  @Flag(help: "One JSON document on stdout.") var json = false
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard (folder == nil) != captures.isEmpty else {
      throw ValidationError("name either a case's folder or captures with --capture NAME=FILE")
    }
  }

  func run() async throws {
    let investigation = Investigation(console: verbosity.console)
    try await investigation.console.reporting {
      let judged =
        if let folder { try await judge(CaseFolder.open(folder), investigation) } else {
          try await judge(foreign(), investigation)
        }
      if let merged { try judged.writeMerged(to: merged) }
      investigation.console.result(json ? try JSONText.document(judged.findings) : Array(judged.words.utf8))
      throw judged.exit
    }
  }

  private func judge(_ folder: CaseFolder, _ investigation: Investigation) async throws -> Judged {
    if let merged {
      let captures = try folder.manifest().captures.flatMap(\.files)
      try EvidenceGuard.require(merged, isNoneOf: captures.map(folder.location))
    }
    return try await investigation.judge(folder)
  }

  private func judge(_ foreign: ForeignCase, _ investigation: Investigation) async throws -> Judged {
    if let merged { try EvidenceGuard.require(merged, isNoneOf: captures.map(\.argument.file)) }
    return try await investigation.judge(foreign, output: output, merges: merged != nil)
  }

  private func foreign() throws(Failure) -> ForeignCase {
    try ForeignCase(
      captures: captures.map(\.argument),
      roles: Dictionary(grouping: roles, by: { VantageName($0.name) }).mapValues { $0.map { RoleName($0.value) } },
      evidence: evidence.map { ($0.name, $0.value) },
      lookFor: Dictionary(lookFor.map { ($0.name, $0.value) }, uniquingKeysWith: { _, new in new }))
  }
}

/// Words of the form `NAME=VALUE`.
enum ForeignArgument {
  struct Pair: ExpressibleByArgument {
    let name: String
    let value: String

    init?(argument: String) {
      guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else { return nil }
      name = String(argument[..<equals])
      value = String(argument[argument.index(after: equals)...])
    }
  }

  struct Capture: ExpressibleByArgument {
    let argument: ForeignCase.CaptureArgument

    init?(argument text: String) {
      guard let pair = Pair(argument: text), !pair.value.isEmpty else { return nil }
      let parts = pair.name.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = parts.first, !name.isEmpty, parts.count == 1 || !parts[1].isEmpty else { return nil }
      argument = ForeignCase.CaptureArgument(
        vantage: VantageName(String(name)), host: parts.count > 1 ? HostName(String(parts[1])) : nil, file: pair.value)
    }
  }
}

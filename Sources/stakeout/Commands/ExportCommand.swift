internal import ArgumentParser
internal import CaseModel
internal import CaseStore
internal import Reporting
internal import Wire

/// `stakeout export CASE --format pcapng|ndjson`: a case for other programs.
struct ExportCommand: AsyncParsableCommand {
  enum Format: String, ExpressibleByArgument { case pcapng, ndjson }

  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a case for Wireshark (pcapng), or as tables for a database (ndjson).",
    discussion: """
      pcapng: every capture on one time line in one file, with names, comments on the cited frames and drop counts.
      With --with-keys Wireshark decrypts its TLS by the keys that the playbook collected (`tls-keys`).
      ndjson: findings, flows, hops, segments and events, each a file of one object a line; the files of many cases read as one table:

        stakeout export cases/latest --format pcapng -o merged.pcapng
        for case in cases/2*; do stakeout export $case --format ndjson -o tables/$(basename $case); done
        duckdb -c "select root_cause, from_vantage, to_vantage, sum(lost) from 'tables/*/hops.ndjson' group by all"
      """)

  @Argument(help: "The case's folder.") var folder: String
  @Option(help: "pcapng or ndjson.") var format: Format
  @Option(name: .shortAndLong, help: "The file to write (pcapng), or the folder (ndjson).") var output: String
  @Flag(help: "Put the case's TLS keys into the pcapng: whoever has that file can read the connections.")
  var withKeys = false
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard !withKeys || format == .pcapng else {
      throw ValidationError("`--with-keys` goes with `--format pcapng`: tables hold no packets")
    }
  }

  func run() async throws {
    let console = verbosity.console
    try await console.reporting {
      let folder = try CaseFolder.open(folder)
      let investigation = Investigation(console: console)
      switch format {
      case .pcapng:
        try EvidenceGuard.require(output, isNoneOf: folder.manifest().captures.flatMap(\.files).map(folder.location))
        let keys = withKeys ? try CaseKeys(folder).log() : TLSKeyLog()
        try await investigation.look(folder, merges: true).writeMerged(to: output, keys: keys)
        if withKeys {
          console.say("`\(output)` holds \(keys.count) TLS secrets: it is as confidential as what it decrypts")
        }
      case .ndjson:
        try await investigation.look(folder, keepsFlows: true).writeTables(
          into: output, name: name(of: folder))
      }
    }
  }

  /// Captures taken by hand have no name of their own: then it is the folder's.
  private func name(of folder: CaseFolder) throws -> CaseID {
    let manifest = try folder.manifest()
    guard manifest.playbook == nil else { return manifest.id }
    return folder.path.split(separator: "/").last.map { CaseID(String($0)) } ?? manifest.id
  }
}

internal import CaseModel

/// Reads a file of a host piece by piece, each by a command of its own: for files that the login itself may not read.
struct PiecewiseFetch {
  let path: String

  private static let timeout = Duration.seconds(120)
  /// 8 MiB: the start of a command hardly counts beside it.
  private static let mebibytes = 8
  /// What a fetch that broke off counts in.
  static let piece: Int64 = 1 << 20
  private static let script: StaticString = "dd if=\"$1\" bs=1048576 skip=\"$2\" count=\"$3\""

  func run(into target: borrowing LocalFile, on remote: some Remote) async throws(Failure) {
    let size = Self.mebibytes << 20
    var skipped = target.begun / Self.piece
    while true {
      let command = ShellCommand(script: Self.script, arguments: [path, "\(skipped)", "\(Self.mebibytes)"])
      let outcome = try await remote.run(command, input: [], limit: size, timeout: Self.timeout)
      guard outcome.isSuccess else {
        // It also tells there how much it read.
        let complaint = outcome.errorText.split(separator: "\n").first { $0.hasPrefix("dd: ") }
        throw .couldNotFetch(path, remote.host, complaint.map(String.init) ?? "`dd` ended with \(outcome.ending)")
      }
      try target.append(outcome.stdout)
      if outcome.stdout.count < size { return }
      skipped += Int64(Self.mebibytes)
    }
  }
}

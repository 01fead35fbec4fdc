internal import ArgumentParser
internal import Glibc

/// Times Stakeout and the tools that people would use otherwise, in turns, on traffic made for it.
@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time the analysis of three captures beside mergecap, tshark, capinfos, tcpdump and cat.")

  @Option(help: "Records per capture.") var records = 10_000_000
  @Option(help: "Flows.") var flows = 50_000
  @Option(help: "Bytes per data record.") var size = 100
  @Option(help: "One in so many data segments is lost.") var lossOneIn = 1_000
  @Option(help: "Rounds that count, after one that does not.") var rounds = 5
  @Option(help: "tshark reads the head of one capture: so many records.") var tsharkRecords = 1_000_000
  @Flag(help: "Also write the merged capture to the disk, and copy it.") var disk = false
  @Option(help: "The program to time.") var stakeout = "../.build/release/stakeout"

  private static let names = ["client", "gateway", "server"]

  func validate() throws {
    guard rounds > 0, records >= 100, tsharkRecords > 0 else {
      throw ValidationError("at least one round, and a hundred records")
    }
  }

  func run() throws {
    Interrupt.watch()
    let folder = try TemporaryFolder()
    do { try measure(folder.path) } catch let trouble as Trouble {
      say("\(trouble)")
      throw ExitCode.failure
    }
  }

  private func measure(_ folder: String) throws {
    say("making 3 captures of \(records) records of \(size) bytes, \(flows) flows")
    for (name, share) in [("whole", 1), ("half", 2)] {
      try make(
        "\(folder)/\(name)", "--records", "\(records / share)", "--flows", "\(max(1, flows / share))", "--loss-one-in",
        "\(lossOneIn)")
    }
    try make(
      "\(folder)/head", "--records", "\(min(records, tsharkRecords))", "--flows",
      "\(max(1, flows * min(records, tsharkRecords) / records))", "--loss-one-in", "\(lossOneIn)")
    var contest = try Contest(entries(folder))
    try contest.run(rounds: rounds, say)
    let table = Table(contest: contest)
    print("3 captures of about \(records) records of \(size) bytes, \(flows) flows; medians of \(rounds) rounds\n")
    for line in table.lines + [""] + table.ratios { print(line) }
  }

  private func make(_ folder: String, _ options: String...) throws {
    mkdir(folder, 0o700)
    let cost = try ChildProcess.run([sibling("traffic"), folder, "--size", "\(size)"] + options)
    guard cost.status == 0 else { throw Trouble("could not make the captures in `\(folder)`: is the disk full?") }
  }

  private func entries(_ folder: String) throws -> [Contest.Entry] {
    let files = Self.names.map { "\(folder)/whole/\($0).pcap" }
    let bytes = try files.map(Self.size).reduce(0, +)
    func three(_ name: String, _ command: [String], fine: ClosedRange<Int32> = 0...0) -> Contest.Entry {
      Contest.Entry(name: name, command: command, records: 3 * records, bytes: bytes, fine: fine)
    }
    func one(_ name: String, _ command: [String]) throws -> Contest.Entry {
      try Contest.Entry(name: name, command: command + [files[0]], records: records, bytes: Self.size(files[0]))
    }
    let head = "\(folder)/head/client.pcap"
    let half = try Self.names.map { try Self.size("\(folder)/half/\($0).pcap") }.reduce(0, +)
    var entries = try [
      three(Row.analysis, analysis("\(folder)/whole") + ["--merged", "/dev/null"], fine: 0...2),
      Contest.Entry(
        name: Row.half, command: analysis("\(folder)/half") + ["--merged", "/dev/null"], records: 3 * (records / 2),
        bytes: half, fine: 0...2),
      three(Row.judging, analysis("\(folder)/whole"), fine: 0...2),
      three(Row.merge, [sibling("bench-parts"), "merge"] + files),
      three(Row.mergecap, ["mergecap", "-w", "/dev/null"] + files),
      one(Row.read, [sibling("bench-parts"), "read"]),
      one(Row.cat, ["cat"]),
      one(Row.tcpdump, ["tcpdump", "-w", "/dev/null", "-r"]),
      one(Row.capinfos, ["capinfos"]),
      Contest.Entry(
        name: Row.tshark, command: ["tshark", "-q", "-z", "conv,tcp", "-r", head],
        records: min(records, tsharkRecords), bytes: Self.size(head)),
    ]
    if disk {
      let merged = "\(folder)/merged.pcapng"
      entries.append(three(Row.toDisk, analysis("\(folder)/whole") + ["--merged", merged], fine: 0...2))
      entries.append(three(Row.copy, ["cp", merged, "\(folder)/copy.pcapng"]))
    }
    return entries
  }

  private func analysis(_ folder: String) -> [String] {
    [stakeout, "analyze", "-q"] + Self.names.flatMap { ["--capture", "\($0)=\(folder)/\($0).pcap"] }
      + ["--role", "client=client", "--role", "gateway=gateway", "--role", "server=server"]
  }

  /// A program of this package.
  private func sibling(_ name: String) -> String {
    let own = CommandLine.arguments[0]
    return own.lastIndex(of: "/").map { own[...$0] + name } ?? name
  }

  private static func size(_ file: String) throws -> Int {
    var status = stat()
    guard stat(file, &status) == 0 else { throw Trouble("could not find `\(file)`") }
    return Int(status.st_size)
  }

  private func say(_ text: String) {
    let line = "bench: \(text)\n"
    _ = write(STDERR_FILENO, line, line.utf8.count)
  }
}

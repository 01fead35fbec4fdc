public import CaseModel

/// The two scripts that are pushed into a case's folder on a host.
public enum KeeperScripts {
  /// `keeper.sh`: starts units, watches over them, sweeps the folder.
  public static var keeper: [UInt8] { PackageResources.keeper_sh }
  /// `watch.sh`: answers the controller's heartbeat.
  public static var watch: [UInt8] { PackageResources.watch_sh }
}

/// One command that runs detached on a host under a keeper, with everything that ends it.
public struct KeeperUnit: Hashable, Sendable {
  /// What silence of the controller does to it: a probe ends at once, a capture only after its grace.
  public enum Kind: String, Sendable, CaseIterable { case capture, probe }

  /// The file in the case's folder whose size counts against `bytes`.
  public enum Output: Hashable, Sendable {
    /// The command writes it itself: `tcpdump -w`.
    case written(String)
    /// The command's stdout becomes it.
    case stdout(String)
  }

  /// Any text; files on the host are named by `fileName`.
  public var name: String
  public var command: [String]
  public var kind: Kind
  public var output: Output?
  /// No heartbeat for so long and silence begins; nil for a detached run, which has a deadline instead.
  public var silence: Duration?
  /// How long a capture goes on after silence began.
  public var grace: Duration
  /// Counted from the moment it is recording; nil for no limit.
  public var duration: Duration?
  /// Upper bound of the output's size, held by the kernel; nil for no limit (a ring has its own).
  public var bytes: Int64?
  /// It ends when the folder's file system has less free than this.
  public var freeKilobytes: Int64?
  /// By the host's own clock, turned into the host's uptime when it starts.
  public var deadline: HostTime?
  /// The signal that asks the command to end, without `SIG`.
  public var signal: String
  /// From noting the end to the signal, so that packets in the kernel's ring still reach the file. A probe learns of the end by
  /// SIGUSR1 when this begins, and may end its present try.
  public var flush: Duration
  /// What the command says on stderr once it records; nil when running is enough.
  public var ready: String?
  /// How often the keeper looks; on a host whose `sleep` knows no fractions, once a second.
  public var poll: Duration

  public init(
    name: String, command: [String], kind: Kind = .capture, output: Output? = nil, silence: Duration? = .seconds(30),
    grace: Duration = .seconds(30), duration: Duration? = nil, bytes: Int64? = nil, freeKilobytes: Int64? = nil,
    deadline: HostTime? = nil, signal: String = "INT", flush: Duration = .seconds(2), ready: String? = nil,
    poll: Duration = .milliseconds(200)
  ) {
    self.name = name
    self.command = command
    self.kind = kind
    self.output = output
    self.silence = silence
    self.grace = grace
    self.duration = duration
    self.bytes = bytes
    self.freeKilobytes = freeKilobytes
    self.deadline = deadline
    self.signal = signal
    self.flush = flush
    self.ready = ready
    self.poll = poll
  }

  /// The name as a part of file names and of the keeper's answers.
  public var fileName: String { CasePath.component(name) }
  /// stderr, and stdout unless it is the output.
  public var logFile: String { fileName + ".log" }
  public var stateFile: String { fileName + ".state" }
  /// To be pushed before the first change that it takes back; must be idempotent.
  public var undoFile: String { fileName + ".undo" }

  /// The words that put the unit under a keeper. `folder` is the case's folder on the host, absolute.
  public func startWords(folder: String) -> [String] {
    ["sh", folder + "/keeper.sh", "start", folder, fileName] + settings + ["--"] + command
  }

  private var settings: [String] {
    var words = [
      "kind=\(kind.rawValue)", "silence=\((silence ?? .zero).keeperText)", "grace=\(grace.keeperText)",
      "flush=\(flush.keeperText)", "signal=\(signal)", "poll=\(poll.keeperText)",
    ]
    if let duration { words.append("duration=\(duration.keeperText)") }
    if let bytes { words.append("bytes=\(bytes)") }
    if let freeKilobytes { words.append("floor=\(freeKilobytes)") }
    if let deadline { words.append("deadline=\(deadline.nanoseconds / 1_000_000_000)") }
    switch output {
    case .written(let file): words.append("out=\(file)")
    case .stdout(let file): words.append("stdout=\(file)")
    case nil: break
    }
    if let ready { words.append("ready=\(ready)") }
    return words
  }
}

extension Duration {
  /// Seconds with up to two decimals, as `/proc/uptime` counts; never negative.
  fileprivate var keeperText: String {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return "0" }
    let hundredths = attoseconds / 10_000_000_000_000_000
    return hundredths == 0 ? "\(seconds)" : "\(seconds).\(hundredths < 10 ? "0" : "")\(hundredths)"
  }
}

/// Why a unit ended.
public enum UnitEnding: String, Sendable, Codable, CaseIterable {
  /// Asked to, by a stop file or by SIGTERM to its keeper.
  case stop
  case duration
  /// The output reached its size limit.
  case size
  /// No heartbeat.
  case silence
  /// The file system had less free than the floor.
  case disk
  case deadline
  /// The command ended by itself.
  case died
  /// A capture ended by itself with status 0: its packet count was reached.
  case packets
  /// The command could not be started, or ended before it was ready.
  case failed
  /// Its keeper was killed, and what was left of it was ended by the guard.
  case killed
}

/// What a unit's state file says.
public enum UnitState: Hashable, Sendable {
  case starting(HostTime)
  /// `armed`: when the command said that it is ready.
  case recording(armed: HostTime, pid: Int32)
  /// `status`: as a shell gives it (128 + the signal's number); nil when nobody was there to see it. `bytes`: the output's size.
  case ended(HostTime, why: UnitEnding, status: Int32?, bytes: Int64)

  /// The line of a state file, or nil if it is none.
  public init?(line: some StringProtocol) {
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count >= 2, let time = HostTime(keeperWord: words[1]) else { return nil }
    switch (words[0], words.count) {
    case ("starting", 2): self = .starting(time)
    case ("recording", 3):
      guard let pid = Int32(words[2]), pid > 0 else { return nil }
      self = .recording(armed: time, pid: pid)
    case ("ended", 5):
      guard let why = UnitEnding(rawValue: String(words[2])), let bytes = Int64(words[4]), bytes >= 0 else {
        return nil
      }
      let status = Int32(words[3])
      guard status != nil || words[3] == "-" else { return nil }
      self = .ended(time, why: why, status: status, bytes: bytes)
    default: return nil
    }
  }
}

/// The answer to `beat`.
public struct BeatAnswer: Hashable, Sendable {
  public enum Phase: Hashable, Sendable {
    case starting, recording
    case ended(UnitEnding)
  }

  public struct Unit: Hashable, Sendable {
    public var name: String
    public var phase: Phase
    /// Of the output, now.
    public var bytes: Int64

    public init(name: String, phase: Phase, bytes: Int64) {
      self.name = name
      self.phase = phase
      self.bytes = bytes
    }
  }

  public var time: HostTime
  /// nil when the host could not say.
  public var freeKilobytes: Int64?
  /// By name.
  public var units: [Unit]

  public init(time: HostTime, freeKilobytes: Int64?, units: [Unit]) {
    self.time = time
    self.freeKilobytes = freeKilobytes
    self.units = units
  }

  /// `ok EPOCH.NANOS FREEKB UNIT=STATE:BYTES ...`, or nil for anything else.
  public init?(line: some StringProtocol) {
    let words = line.split(separator: " ")
    guard words.count >= 3, words[0] == "ok", let time = HostTime(keeperWord: words[1]) else { return nil }
    let free = Int64(words[2])
    guard free.map({ $0 >= 0 }) ?? (words[2] == "-") else { return nil }
    var units: [Unit] = []
    for word in words[3...] {
      guard let unit = Unit(word: word) else { return nil }
      units.append(unit)
    }
    self.init(time: time, freeKilobytes: free, units: units.sorted { $0.name < $1.name })
  }
}

extension BeatAnswer.Unit {
  fileprivate init?(word: some StringProtocol) {
    guard let (name, value) = keeperPair(word), let colon = value.lastIndex(of: ":"),
      let phase = BeatAnswer.Phase(word: value[..<colon]), let bytes = Int64(value[value.index(after: colon)...]),
      bytes >= 0
    else { return nil }
    self.init(name: name, phase: phase, bytes: bytes)
  }
}

extension BeatAnswer.Phase {
  fileprivate init?(word: some StringProtocol) {
    switch word {
    case "starting": self = .starting
    case "recording": self = .recording
    default:
      guard word.hasPrefix("ended-"), let why = UnitEnding(rawValue: String(word.dropFirst(6))) else { return nil }
      self = .ended(why)
    }
  }
}

/// The answer to `armed`: when each unit began to record, nil for one that has not.
public struct ArmedAnswer: Hashable, Sendable {
  public var times: [String: HostTime?]

  public init?(line: some StringProtocol) {
    times = [:]
    for word in line.split(separator: " ") {
      guard let (name, value) = keeperPair(word) else { return nil }
      let time = HostTime(keeperWord: value)
      guard time != nil || value == "-", times.updateValue(time, forKey: name) == nil else { return nil }
    }
  }
}

extension HostTime {
  /// `EPOCH.NANOS` as the scripts write it; RFC 3339 is not among what they say.
  fileprivate init?(keeperWord word: some StringProtocol) {
    guard word.utf8.first.map({ (48...57).contains($0) }) == true, !word.contains("T"),
      let nanoseconds = Instant.nanoseconds(String(word))
    else { return nil }
    self.init(nanoseconds: nanoseconds)
  }
}

/// `NAME=VALUE` with the name's percent-encoding taken off.
private func keeperPair(_ word: some StringProtocol) -> (name: String, value: String)? {
  guard let equals = word.firstIndex(of: "="), equals != word.startIndex else { return nil }
  return (CasePath.name(ofComponent: word[..<equals]), String(word[word.index(after: equals)...]))
}

internal import CaseModel
internal import Glibc
internal import Reporting
internal import Synchronization

/// Where words go: the result to stdout, progress and trouble to stderr. Nobody else prints. What comes from hosts, files and people
/// steers no terminal on its way.
final class Console: Sendable {
  let isQuiet: Bool
  let isVerbose: Bool
  /// In front of every error: who speaks, where several do.
  private let speaker: String?
  private let lines = Mutex(LiveLines())

  init(quiet: Bool = false, verbose: Bool = false, speaker: String? = nil) {
    isQuiet = quiet
    isVerbose = verbose
    self.speaker = speaker
  }

  /// Colour where stdout is a terminal that wants it (https://no-color.org).
  static var wantsColor: Bool {
    isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR") == nil && environment("TERM") != "dumb"
  }

  /// The result.
  func result(_ text: String) {
    write(SafeText.visibleLines(text.hasSuffix("\n") ? text : text + "\n"), to: STDOUT_FILENO)
  }

  /// A document, or text that is safe already and may be coloured.
  func result(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

  /// A result that may be longer than the screen.
  func page(_ text: String) {
    let bytes = Array(text.utf8)
    if !Pager.show(bytes) { result(bytes) }
  }

  /// Of the terminal that stdout is, if it is one.
  static var columns: Int? {
    var size = winsize()
    let isTerminal = isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
    return isTerminal && size.ws_col > 0 ? Int(size.ws_col) : nil
  }

  /// Something that happened and stays on the screen.
  func say(_ text: String) {
    guard !isQuiet else { return }
    lines.withLock { write($0.clear() + "\(SafeText.visibleLines(text))\n" + $0.draw(), to: STDERR_FILENO) }
  }

  /// What one host is doing from now on: its live line on a terminal, a plain line elsewhere.
  func step(_ host: HostName, _ text: String) {
    guard !isQuiet else { return }
    if Self.isLive { progress(host, text) } else { write("\(host): \(SafeText.visible(text))\n", to: STDERR_FILENO) }
  }

  /// How far a host has come: only where a line can be redrawn.
  func progress(_ host: HostName, _ text: String) {
    guard !isQuiet, Self.isLive else { return }
    lines.withLock { lines in
      let cleared = lines.clear()
      lines.update(host, SafeText.visible(text))
      write(cleared + lines.draw(), to: STDERR_FILENO)
    }
  }

  private static let isLive = isatty(STDERR_FILENO) == 1 && environment("TERM") != "dumb"

  /// Ends the live lines; they stay as they are.
  func settle() { lines.withLock { $0 = LiveLines() } }

  /// Trouble that is printed however quiet we are.
  func always(_ text: String) {
    lines.withLock { write($0.clear() + "\(SafeText.visibleLines(text))\n" + $0.draw(), to: STDERR_FILENO) }
  }

  func error(_ text: String) {
    let text = SafeText.visibleLines("error: \(speaker.map { "\($0): " } ?? "")\(text)")
    lines.withLock { write($0.clear() + "\(text)\n" + $0.draw(), to: STDERR_FILENO) }
  }

  private func write(_ text: String, to descriptor: Int32) { write(Array(text.utf8), to: descriptor) }

  private func write(_ bytes: [UInt8], to descriptor: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 || errno == EINTR else { return }
      rest = rest.dropFirst(max(0, count))
    }
  }

  static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}

/// One line per host at the foot of the terminal, redrawn in place.
private struct LiveLines {
  private var hosts: [(host: HostName, text: String)] = []
  private var drawn = 0

  mutating func update(_ host: HostName, _ text: String) {
    if let index = hosts.firstIndex(where: { $0.host == host }) {
      hosts[index].text = text
    } else {
      hosts.append((host, text))
    }
  }

  /// Moves up over what was drawn and erases it.
  mutating func clear() -> String {
    defer { drawn = 0 }
    return drawn == 0 ? "" : "\u{1B}[\(drawn)A\u{1B}[J"
  }

  /// A line that wraps could not be redrawn.
  private static var columns: Int {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  mutating func draw() -> String {
    drawn = hosts.count
    let width = hosts.map { $0.host.text.count }.max() ?? 0
    return hosts.map { line in
      let padding = String(repeating: " ", count: width - line.host.text.count)
      return "  \(line.host)\(padding)  \(line.text.prefix(max(10, Self.columns - width - 5)))\n"
    }.joined()
  }
}

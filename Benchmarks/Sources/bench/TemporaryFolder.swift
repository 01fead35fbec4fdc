internal import Glibc
internal import Synchronization

/// A folder of our own that goes away with everything in it.
struct TemporaryFolder: ~Copyable {
  let path: String

  init() throws {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/stakeout-bench-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw Trouble("could not make a folder in `\(parent)`") }
    path = String(cString: made)
  }

  deinit { _ = try? ChildProcess.run(["rm", "-rf", "--", path]) }
}

/// Ctrl-C ends the running program; what was made is then removed.
enum Interrupt {
  private static let happened = Atomic(false)

  static func watch() {
    for number in [SIGINT, SIGTERM] { signal(number) { _ in Interrupt.happened.store(true, ordering: .relaxed) } }
  }

  static func check() throws { if happened.load(ordering: .relaxed) { throw Trouble("interrupted") } }
}

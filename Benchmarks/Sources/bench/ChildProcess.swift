internal import Glibc

/// What one run of a program took.
struct Cost {
  var seconds: Double
  /// User and system time of all its threads.
  var processorSeconds: Double
  /// The largest resident set, as the kernel kept it. Never less than what this program itself holds: a few MB.
  var peakBytes: Int
  var status: Int32
}

enum ChildProcess {
  /// Runs a program to its end; its output goes nowhere.
  /// - Throws: when it cannot be started, or was ended by a signal.
  static func run(_ arguments: [String]) throws -> Cost {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    }
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child: pid_t = 0
    let start = now()
    let failure = posix_spawnp(&child, arguments[0], &actions, nil, &words, environ)
    guard failure == 0 else {
      throw Trouble("could not start `\(arguments[0])`: \(String(cString: strerror(failure)))")
    }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(child, &status, 0, &usage) < 0 {
      guard errno == EINTR else { throw Trouble("could not wait for `\(arguments[0])`") }
    }
    let seconds = now() - start
    guard status & 0x7f == 0 else {
      throw Trouble("`\(arguments.joined(separator: " "))` was ended by signal \(status & 0x7f)")
    }
    return Cost(
      seconds: seconds, processorSeconds: Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime),
      peakBytes: usage.ru_maxrss * 1_024, status: status >> 8)
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}

struct Trouble: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

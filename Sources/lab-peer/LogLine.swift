internal import Glibc

/// Lines as a service logs them: epoch seconds with nine decimals, then what happened. One write each.
enum LogLine {
  static func write(_ text: String) {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let decimals = String(now.tv_nsec)
    let padding = String(repeating: "0", count: 9 - decimals.utf8.count)
    let line = Array("\(now.tv_sec).\(padding)\(decimals) \(text)\n".utf8)
    _ = Glibc.write(STDOUT_FILENO, line, line.count)
  }
}

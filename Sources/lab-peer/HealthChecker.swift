internal import Glibc

/// A balancer's health checks: opens one or more connections at the same time, asks each for a page, and says which of them
/// did not get it in time.
struct HealthChecker {
  private let endpoint: String
  private let atOnce: Int
  private let between: Duration
  private let patience: Duration
  private let rounds: Int
  private let lifetime: Duration

  init(_ flags: Flags) throws {
    endpoint = try flags.text("to")
    atOnce = min(max(try flags.number("connections", or: 1), 1), 256)
    between = .milliseconds(try flags.number("every", or: 500))
    patience = .milliseconds(try flags.number("timeout", or: 800))
    rounds = try flags.number("rounds", or: .max)
    lifetime = try flags.lifetime()
  }

  private struct Check {
    let stream: Stream
    let name: String
    var isAsked = false
    var received: [UInt8] = []
    var outcome: String?
  }

  /// Status 1 when a check failed.
  func run() throws -> Int32 {
    let end = ContinuousClock.now + lifetime
    var round = 0
    var failed = 0
    while ContinuousClock.now < end, round < rounds {
      round += 1
      failed += check(round)
      Readiness.sleep(between)
    }
    return failed == 0 ? 0 : 1
  }

  /// - Returns: how many failed.
  private func check(_ round: Int) -> Int {
    var checks = (0..<atOnce).compactMap { _ in
      (try? Stream.connect(endpoint)).map { Check(stream: $0, name: $0.localEndpoint()) }
    }
    let end = ContinuousClock.now + patience
    while ContinuousClock.now < end, checks.contains(where: { $0.outcome == nil }) {
      let wanted = checks.map { check in
        (check.outcome == nil ? check.stream.descriptor : -1, check.isAsked ? POLLIN : POLLOUT)
      }
      let ready = Readiness.wait(wanted, atMost: .milliseconds(20))
      for index in checks.indices where ready[index] != 0 { go(&checks[index], ready[index]) }
    }
    let missing = atOnce - checks.count
    for check in checks {
      check.stream.close()
      if check.outcome != "ok" {
        LogLine.write("check \(round) from \(check.name) failed: \(check.outcome ?? "no answer in time")")
      }
    }
    let failed = checks.count { $0.outcome != "ok" } + missing
    LogLine.write("round \(round): \(atOnce - failed) of \(atOnce) checks passed")
    return failed
  }

  private func go(_ check: inout Check, _ ready: Int32) {
    if !check.isAsked {
      let request = Array("GET /healthz HTTP/1.1\r\nHost: \(endpoint)\r\nConnection: close\r\n\r\n".utf8)
      switch request.withUnsafeBytes({ check.stream.write($0) }) {
      case .moved: check.isAsked = true
      case .mustWait: return
      case .ended: check.outcome = "closed"
      case .failed(let why): check.outcome = why
      }
      return
    }
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 16) { buffer in
      switch check.stream.read(into: buffer) {
      case .moved(let count): check.received += buffer[..<count].prefix(4096)
      case .mustWait: return
      case .ended: check.outcome = check.received.starts(with: "HTTP/1.1 200 ".utf8) ? "ok" : "closed without an answer"
      case .failed(let why): check.outcome = why
      }
    }
  }
}

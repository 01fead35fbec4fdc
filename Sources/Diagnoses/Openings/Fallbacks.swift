internal import CaseModel
internal import Correlation
internal import Evidence
internal import Wire

/// What a client did instead of an opening that failed: it went on to another address of the same service, and was taken there.
struct Fallback: Sendable {
  let flow: Int
  let source: Endpoint
  let server: Endpoint
  /// From the first SYN that was sent in vain to that which was taken, nanoseconds: what the client lost.
  let delay: Int64
  /// Its SYN, and the answer.
  let citations: [Citation]
}

/// Openings that failed and cost nobody a connection.
///
/// A name may have several addresses, of both families, and clients try one after the other: the next one as soon as one is
/// refused or unreachable, or has been silent for a moment ("Happy Eyeballs", RFC 8305, 5: 250 ms are recommended, 2 s are the
/// most), and what is still under way is given up when another one is taken. So an address that cannot be reached delays such a
/// client and fails nothing.
///
/// Whether two openings are tries of one client for one service, no packet says. They are taken for that where one follows the
/// other within these 2 s, on the same port; the first is given up when the second is taken; and, where they are of one family (a
/// client may ask many servers), where nothing else was opened there about that time.
struct Fallbacks {
  /// By the flow that failed.
  private(set) var found: [Int: Fallback] = [:]

  /// RFC 8305, 8: the longest delay between two attempts.
  static let patience: Int64 = 2_000_000_000
  /// How soon the next try comes where one failed at once: what an application takes for it.
  private static let promptness: Int64 = 100_000_000
  /// When a stack sends a SYN again that was not answered (RFC 6298, 2: 1 s), and a little more.
  private static let retry: Int64 = 1_500_000_000
  /// Openings that are looked at: of very many the first stand for all. And others that may have followed them.
  private static let most = 256
  private static let mostOthers = 4_096

  private let scene: Scene
  private var others: [(flow: Int, attempt: Attempt)] = []
  /// Who calls a port, as a vantage shows it, by family.
  private var callers: [Caller: Set<IPAddress>] = [:]

  private struct Caller: Hashable {
    let vantage: Int
    let port: UInt16
    let isIPv6: Bool
  }

  private struct Use: Hashable {
    let flow: Int
    let instead: Endpoint
  }

  /// - Parameter failed: flows whose opening came to nothing, ascending.
  init(of failed: [Int], _ scene: Scene) {
    self.scene = scene
    let tries = Self.attempts(Array(failed.prefix(Self.most)), scene)
    guard !tries.isEmpty else { return }
    others = Self.others(near: tries, but: Set(failed), scene)
    for (_, attempt) in tries + others {
      for (vantage, sight) in attempt.sights {
        callers[Self.caller(vantage, sight), default: []].insert(sight.source.address)
      }
    }
    var used: Set<Use> = []
    for (flow, attempt) in tries {
      guard let (instead, fallback) = follower(of: attempt, unused: used) else { continue }
      used.insert(Use(flow: fallback.flow, instead: instead))
      found[flow] = fallback
    }
    guard failed.count > Self.most, found.count == tries.count, let any = found[tries[0].flow] else { return }
    for flow in failed.dropFirst(Self.most) { found[flow] = any }
  }

  private static func caller(_ vantage: Int, _ sight: Attempt.Sight) -> Caller {
    Caller(vantage: vantage, port: sight.server.port, isIPv6: sight.source.address.isIPv6)
  }

  /// Connections that began about the same time, to the same ports.
  private static func others(
    near tries: [(flow: Int, attempt: Attempt)], but failed: Set<Int>, _ scene: Scene
  ) -> [(flow: Int, attempt: Attempt)] {
    let flows = scene.timeline.flows
    var starts: [UInt16: [Int64]] = [:]
    for (flow, attempt) in tries {
      for port in Set(attempt.sights.values.map(\.server.port)) {
        starts[port, default: []].append(flows[flow].first?.nanoseconds ?? .min)
      }
    }
    for port in starts.keys { starts[port]?.sort() }
    var wanted: [Int] = []
    for (index, flow) in flows.enumerated() where flow.transport == 6 && flow.sawOpening && !failed.contains(index) {
      guard wanted.count < mostOthers else { break }
      let follows = flow.aliases.contains { alias in
        starts[alias.acceptor.port].map { isNear(flow.first?.nanoseconds, $0) } ?? false
      }
      if follows { wanted.append(index) }
    }
    return Self.attempts(wanted, scene)
  }

  private static func attempts(_ flows: [Int], _ scene: Scene) -> [(flow: Int, attempt: Attempt)] {
    let read = try? scene.timeline.eachStory(of: flows) { Attempt($0, scene) }
    return (read ?? []).filter { !$0.result.sights.isEmpty }.map { ($0.flow, $0.result) }
  }

  /// Within twice the patience of any of some instants; captures that are not aligned have no instant and may be.
  private static func isNear(_ time: Int64?, _ starts: [Int64]) -> Bool {
    guard let time, let first = starts.first, first != .min else { return true }
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] < time &- 2 * patience { low = middle + 1 } else { high = middle }
    }
    return low < starts.count && starts[low] <= time &+ 2 * patience
  }
}

extension Fallbacks {
  /// The first one that was taken instead of which server.
  private func follower(of attempt: Attempt, unused: Set<Use>) -> (instead: Endpoint, Fallback)? {
    var best: (instead: Endpoint, Fallback)?
    for (flow, other) in others {
      for (vantage, sight) in other.sights.sorted(by: { $0.key < $1.key }) {
        guard let own = attempt.sights[vantage], isInstead(own, sight, vantage),
          !unused.contains(Use(flow: flow, instead: own.server))
        else { continue }
        let fallback = Fallback(
          flow: flow, source: sight.source, server: sight.server, delay: sight.first &- own.first,
          citations: [other.opened, other.answered].compactMap { $0 })
        if fallback.delay < best?.1.delay ?? .max { best = (own.server, fallback) }
      }
    }
    return best
  }

  private func isInstead(_ own: Attempt.Sight, _ other: Attempt.Sight, _ vantage: Int) -> Bool {
    guard own.server.port == other.server.port, own.server.address != other.server.address, let taken = other.taken,
      other.first >= own.first, other.first &- own.first <= Self.patience, own.last <= taken &+ Self.promptness
    else { return false }
    if own.source.address.isIPv6 != other.source.address.isIPv6 { return isOneHost(own, other, vantage) }
    guard own.source.address == other.source.address else { return false }
    return isPrompt(own, other, vantage) && isAlone(own, other, vantage)
  }

  /// Two addresses of different families, and one client.
  private func isOneHost(_ own: Attempt.Sight, _ other: Attempt.Sight, _ vantage: Int) -> Bool {
    let here = scene.timeline.vantages[vantage]
    let place = HostAddressBook.Place(host: here.host, namespace: here.namespace)
    let told = [own, other].map { scene.addresses.has($0.source.address, at: place) }
    if told == [true, true] { return true }
    guard !told.contains(true), own.isFresh == other.isFresh else { return false }
    if own.isFresh, own.isOutbound, other.isOutbound { return true }
    return callers[Self.caller(vantage, own)]?.count == 1 && callers[Self.caller(vantage, other)]?.count == 1
  }

  /// Where it failed for all to see, at once; where it was silent, it was given up, and the capture went on to show that.
  private func isPrompt(_ own: Attempt.Sight, _ other: Attempt.Sight, _ vantage: Int) -> Bool {
    if let failed = own.failed { return other.first >= failed && other.first &- failed <= Self.promptness }
    guard let end = scene.timeline.vantages[vantage].health.last?.nanoseconds else { return false }
    return end &- own.last > max(Self.retry, 3 &* (own.last &- own.first))
  }

  /// That client opened nothing else on the port about that time.
  private func isAlone(_ own: Attempt.Sight, _ other: Attempt.Sight, _ vantage: Int) -> Bool {
    let near = others.count { candidate in
      candidate.attempt.sights[vantage].map {
        $0.source.address == own.source.address && $0.server.port == own.server.port
          && ($0.first &- own.first).magnitude <= UInt64(Self.patience)
      } ?? false
    }
    return near == 1
  }
}

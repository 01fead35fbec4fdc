internal import CaseModel
public import Playbooks
public import Remotes

/// Looks whether hosts are fit for a run, and changes nothing on them.
public struct Doctor: Sendable {
  private static let timeout = Duration.seconds(30)
  private let connector: any Connector
  private let connection: ConnectionDefaults
  private let forks: ForkLimit

  /// - Parameter forks: hosts looked at at a time.
  public init(connector: any Connector, connection: ConnectionDefaults, forks: Int) {
    self.connector = connector
    self.connection = connection
    self.forks = ForkLimit(forks)
  }

  /// In the inventory's order.
  public func examine(_ hosts: [Inventory.Host]) async -> [Examination] {
    await withTaskGroup(of: (Int, Examination).self) { group in
      for (number, host) in hosts.enumerated() {
        group.addTask {
          await forks.enter()
          let examination = await examine(host)
          await forks.leave()
          return (number, examination)
        }
      }
      return await group.reduce(into: [(Int, Examination)]()) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private func examine(_ host: Inventory.Host) async -> Examination {
    var examination = Examination(host: host.name)
    var target = host.target(connection)
    target.become = nil
    do throws(Failure) {
      let remote = try await connector.connect(target)
      do throws(Failure) {
        let facts = try await look(remote, &examination)
        await remote.close()
        if !facts.isRoot { await becomeRoot(host, facts, &examination) }
      } catch {
        await remote.close()
        throw error
      }
    } catch {
      examination.note("login", error)
    }
    return examination
  }

  private func look(_ remote: any Remote, _ examination: inout Examination) async throws(Failure) -> HostFacts {
    let outcome = try await remote.run(HostFacts.question, timeout: Self.timeout)
    let facts = HostFacts(outcome.text)
    examination.note("login", .fine, "as `\(facts.user)`")
    if facts.isRoot { examination.note("root", .fine, "the login is root's own") }
    examination.judge(facts)
    let time = try await remote.run(ShellCommand(words: ["date", "+%s.%N"]), timeout: Self.timeout)
    if let told = Instant.nanoseconds(time.text.split(separator: "\n").first.map(String.init) ?? "") {
      let (sent, received) = (time.started.nanoseconds, time.ended.nanoseconds)
      let half = (received &- sent) / 2
      examination.judgeClock(offset: told &- sent &- half, bound: half, facts)
    }
    return facts
  }

  /// Captures need root. A host that is not asked to become root is told what would do.
  private func becomeRoot(_ host: Inventory.Host, _ facts: HostFacts, _ examination: inout Examination) async {
    var elevated = host
    elevated.become = true
    let line = Become.sudoersLine(user: facts.user)
    do throws(Failure) {
      let remote = try await connector.connect(elevated.target(connection))
      await remote.close()
      examination.note(
        "root", host.become ? .fine : .trouble,
        host.become ? "`\(facts.user)` becomes root" : "`\(facts.user)` may not capture, but becomes root",
        hint: host.become ? "whoever may run a shell as root is root: `\(line)` is no less" : "use `--become`")
    } catch {
      examination.note("root", error)
    }
  }
}

public import CaseModel
public import Planning
public import Remotes

/// Finds the namespaces that a plan names, before anything is made on a host: which process and which network a container's name
/// stands for now.
public struct Resolution: Sendable {
  /// The plan, with what was found in it.
  public private(set) var plan: Plan
  /// Of the hosts that could not be asked, and of what is not there and is needed.
  public private(set) var failures: [Failure] = []

  private static let timeout = Duration.seconds(60)

  /// Connects to the hosts that have something to find, `forks` at a time, and changes nothing on them.
  public static func of(
    _ plan: Plan, connector: any Connector, connection: ConnectionDefaults, forks: Int
  ) async -> Resolution {
    var resolution = Resolution(plan: plan)
    let limit = ForkLimit(forks)
    await withTaskGroup(of: (Int, HostPlan, [Failure]).self) { group in
      for (number, host) in plan.hosts.enumerated() where host.namespaces.contains(where: { $0.seek != nil }) {
        group.addTask {
          await limit.enter()
          let (found, failures) = await seek(host, connector, connection)
          await limit.leave()
          return (number, found, failures)
        }
      }
      let found = await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }
      for (number, host, failures) in found {
        resolution.plan.hosts[number] = host
        resolution.failures += failures
      }
    }
    return resolution
  }

  private init(plan: Plan) { self.plan = plan }

  private static func seek(
    _ host: HostPlan, _ connector: any Connector, _ connection: ConnectionDefaults
  ) async -> (HostPlan, [Failure]) {
    var (host, failures): (HostPlan, [Failure]) = (host, [])
    do throws(Failure) {
      let remote = try await connector.connect(host.target(connection))
      for index in host.namespaces.indices {
        do throws(Failure) {
          host.namespaces[index].found = try await seek(host.namespaces[index], host, remote)
        } catch { failures.append(error) }
      }
      await remote.close()
    } catch { failures.append(error) }
    return (host, failures)
  }

  /// In words; nil for the host's own.
  private static func seek(
    _ namespace: NamespacePlan, _ host: HostPlan, _ remote: any Remote
  ) async throws(Failure) -> String? {
    guard let seek = namespace.seek else { return nil }
    let outcome = try await remote.run(seek, input: KeeperScripts.seeking, limit: 1 << 20, timeout: timeout)
    guard outcome.isSuccess else {
      let failure = host.notFound(namespace, seek, outcome)
      guard namespace.isOptional else { throw failure }
      return "not there, so left out: \(failure.cause)"
    }
    let words = outcome.text.split(whereSeparator: \.isWhitespace).map(String.init)
    guard words.count == 5 else { return outcome.text.split(separator: "\n").joined(separator: " ") }
    let process = words[2] == "-" ? "" : " of process \(words[2])"
    let engine = words[3] == "-" ? "" : " (\(words[3]) \(words[4].prefix(12)))"
    return "network namespace \(words[1])\(process)\(engine)"
  }
}

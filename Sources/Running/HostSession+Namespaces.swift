internal import CaseModel
internal import Planning
internal import Playbooks
internal import Remotes

/// Finding the network namespaces that the plan names, before anything is done in them.
extension HostSession {
  func findNamespaces(_ remote: any Remote) async throws(Failure) {
    var absent: Set<NamespaceName> = []
    for namespace in plan.namespaces {
      guard let find = namespace.find else { continue }
      let outcome = try await remote.run(find)
      if outcome.isSuccess {
        run.note(plan.name, event: "namespace", outcome.text.split(separator: "\n").joined(separator: " "))
        continue
      }
      let failure = plan.notFound(namespace, find, outcome)
      guard namespace.isOptional else { throw failure }
      absent.insert(namespace.name)
      run.note(plan.name, event: "skipped", "\(failure.what): \(failure.cause)")
      run.report(.run("\(plan.name) goes on without \(namespace.name): \(failure.cause)"))
    }
    if !absent.isEmpty { leaveOut(absent) }
  }
}

extension HostSession {
  /// Where others may reach this host and its namespaces: `NAME ADDRESS ...` lines. What has no address is left out.
  func peers() async -> String {
    var lines: [String] = []
    for namespace in plan.namespaces {
      let told = try? await session().run(namespace.addresses)
      let own = told.map { $0.isSuccess ? $0.text.split(whereSeparator: \.isWhitespace).map(String.init) : [] } ?? []
      // The one that the controller uses comes first: other hosts mostly use it, too.
      let destination = plan.login.destination
      let first = namespace.name == .host && destination != "localhost" ? [destination] : []
      let all = first + own.filter { !first.contains($0) }
      if !all.isEmpty { lines.append("\(namespace.peerName) \(all.joined(separator: " "))\n") }
    }
    return lines.joined()
  }
}

extension HostPlan {
  func without(_ absent: Set<NamespaceName>) -> HostPlan {
    var plan = self
    plan.namespaces.removeAll { absent.contains($0.name) }
    plan.captures.removeAll { absent.contains($0.namespace) }
    plan.readouts.removeAll { absent.contains($0.namespace) }
    plan.checks.removeAll { absent.contains($0.namespace) }
    plan.probes.removeAll { absent.contains($0.namespace) }
    plan.logs.removeAll { absent.contains($0.namespace) }
    plan.triggers.removeAll { absent.contains($0.namespace) }
    plan.keyLogs.removeAll { absent.contains($0.namespace) }
    return plan
  }
}

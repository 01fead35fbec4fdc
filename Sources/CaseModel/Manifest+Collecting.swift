extension Manifest {
  /// Whether everything that a host recorded is in the case. While the run goes on, nobody's is.
  public func hasHandedOver(_ host: HostName) -> Bool {
    state != .running && hosts.contains { $0.name == host && $0.result == .ok }
  }

  /// This manifest of what was collected later, with what an earlier one knows of the hosts that had handed over by then.
  public func completed(from earlier: Manifest) -> Manifest {
    var manifest = self
    let before = earlier.hosts.filter { earlier.hasHandedOver($0.name) }
    manifest.hosts.removeAll { host in before.contains { $0.name == host.name } }
    manifest.hosts += before
    for capture in earlier.captures {
      if let index = manifest.captures.firstIndex(where: { $0.vantage == capture.vantage }) {
        if manifest.captures[index].files.isEmpty, !capture.files.isEmpty { manifest.captures[index] = capture }
      } else if before.contains(where: { $0.name == capture.host }) {
        manifest.captures.append(capture)
      }
    }
    manifest.armedSpread = armedSpread ?? earlier.armedSpread
    if trigger.kind == .none { manifest.trigger = earlier.trigger }
    return manifest
  }
}

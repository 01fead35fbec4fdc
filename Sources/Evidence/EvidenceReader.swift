public import CaseModel
public import Wire

/// Reads a case: what its manifest names and what lies beside it, as far as it is good. Everything else becomes a `Doubt`.
public func readEvidence(_ manifest: Manifest, from tree: any FileTree) -> CaseEvidence {
  var reader = EvidenceReader(tree: tree, doubts: [])
  let captures = manifest.captures.map { reader.capture($0) }
  let readouts = tree.paths.compactMap { reader.readout($0) }
  let clocks = manifest.hosts.compactMap { reader.clock($0.name) }
  let events = tree.paths.flatMap { reader.events($0) }
  return CaseEvidence(
    manifest: manifest, captures: captures, readouts: readouts,
    clocks: Dictionary(clocks.map { ($0.host, $0) }, uniquingKeysWith: { first, _ in first }), events: events,
    doubts: failedHosts(manifest) + manifest.captures.compactMap(\.earlyEnding) + manifest.replacedContainers
      + reader.doubts)
}

private func failedHosts(_ manifest: Manifest) -> [Doubt] {
  manifest.hosts.filter { $0.result != .ok }.map { host in
    Doubt(
      host: host.name,
      says:
        "\(host.name) took part only in part: \(host.failure.map { "\($0.what): \($0.cause)" } ?? "\(host.result.rawValue)")",
      couldHideFault: true)
  }
}

private struct EvidenceReader {
  let tree: any FileTree
  var doubts: [Doubt]

  /// A text file of a command is a page or a table; what is longer than this is cut, and said so.
  static let textLimit = 10 << 20

  mutating func capture(_ record: CaptureRecord) -> Capture {
    var files: [CaptureFile] = []
    for path in record.files {
      do {
        files.append(CaptureFile(cited: tree.cited(path), source: try tree.open(path)))
      } catch {
        doubts.append(
          Doubt(
            vantage: record.vantage, host: record.host,
            says: "capture \(record.vantage) could not be read: `\(tree.cited(path))`: \(error)", couldHideFault: true))
      }
    }
    return Capture(record: record, files: files)
  }

  /// `hosts/HOST/NAMESPACE/checks/PHASE_COMMAND.txt`.
  mutating func readout(_ path: String) -> Readout? {
    let parts = path.split(separator: "/")
    guard parts.count == 5, parts[0] == "hosts", parts[3] == "checks", parts[4].hasSuffix(".txt") else { return nil }
    let (phase, command) = phaseAndCommand(parts[4].dropLast(4))
    guard let text = text(path, host: HostName(CasePath.name(ofComponent: parts[1]))) else { return nil }
    return Readout(
      host: HostName(CasePath.name(ofComponent: parts[1])),
      namespace: NamespaceName(CasePath.name(ofComponent: parts[2])), phase: phase,
      command: CasePath.name(ofComponent: command), cited: tree.cited(path), text: text)
  }

  mutating func clock(_ host: HostName) -> ClockLog? {
    let path = CasePath.clock(host)
    guard tree.paths.contains(path), let bytes = bytes(path, host: host) else { return nil }
    if let log = try? JSONText.decode(ClockLog.self, from: bytes) { return log }
    doubts.append(
      Doubt(host: host, says: "the clock samples of \(host) could not be read: `\(tree.cited(path))` is damaged"))
    return nil
  }

  /// Lines of `hosts/HOST/NAMESPACE/logs/NAME.log` that begin with an instant.
  mutating func events(_ path: String) -> [Event] {
    let parts = path.split(separator: "/")
    if parts.count == 5, parts[0] == "hosts", parts[3] == "traces" {
      let host = HostName(CasePath.name(ofComponent: parts[1]))
      return text(path, host: host).map { TraceText.events($0, host: host, cited: tree.cited(path)) } ?? []
    }
    guard parts.count == 5, parts[0] == "hosts", parts[3] == "logs", parts[4].hasSuffix(".log") else { return [] }
    let host = HostName(CasePath.name(ofComponent: parts[1]))
    guard let text = text(path, host: host) else { return [] }
    return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { number, line in
      guard !line.isEmpty else { return nil }
      let words = line.split(separator: " ", maxSplits: 1)
      let at = words.first.flatMap { Instant.nanoseconds(String($0)) }
      return Event(
        source: parts[4].hasPrefix("probe.") ? .probe : .log, host: host, at: at.map(HostTime.init(nanoseconds:)),
        says: at == nil ? String(line) : words.count > 1 ? String(words[1]) : "", cited: tree.cited(path),
        line: number + 1)
    }
  }

  /// A text without a phase was read afterwards.
  private func phaseAndCommand(_ name: Substring) -> (CheckPhase, Substring) {
    for phase in CheckPhase.allCases where name.hasPrefix(phase.rawValue + "_") {
      var command = name.dropFirst(phase.rawValue.utf8.count + 1)
      // Of several readings in between, each has a number.
      if phase == .during, let dot = command.lastIndex(of: "."), command[dot...].dropFirst().allSatisfy(\.isNumber) {
        command = command[..<dot]
      }
      return (phase, command)
    }
    return (.after, name)
  }

  private mutating func text(_ path: String, host: HostName) -> String? {
    bytes(path, host: host).map { String(decoding: $0, as: UTF8.self) }
  }

  private mutating func bytes(_ path: String, host: HostName) -> [UInt8]? {
    do {
      let source = try tree.open(path)
      if source.count > Self.textLimit {
        doubts.append(Doubt(host: host, says: "`\(tree.cited(path))` is longer than 10 MiB; the rest was not read"))
      }
      return try wholeBytes(source, limit: Self.textLimit)
    } catch {
      doubts.append(Doubt(host: host, says: "`\(tree.cited(path))` could not be read: \(error)"))
      return nil
    }
  }
}

/// The first `limit` bytes of a source.
private func wholeBytes(_ source: any ByteSource, limit: Int) throws -> [UInt8] {
  let size = Int(min(source.count, Int64(limit)))
  var failure: (any Error)?
  let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
    do {
      while filled < size {
        let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
        let count = try source.read(at: Int64(filled), into: rest)
        guard count > 0 else { return }
        filled += count
      }
    } catch { failure = error }
  }
  if let failure { throw failure }
  return bytes
}

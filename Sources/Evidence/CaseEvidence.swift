public import CaseModel
public import Wire

/// Everything a case holds, read but not yet judged: the only way in for what stands right of the case folder.
///
/// Comes from a manifest and a `CaseFiles`; knows nothing of SSH, of this machine or of the time of day.
public struct CaseEvidence: Sendable {
  public let manifest: Manifest
  /// In the manifest's order; the index is the vantage's number everywhere below.
  public let captures: [Capture]
  public let readouts: [Readout]
  /// Clock samples by host.
  public let clocks: [HostName: ClockLog]
  /// Log lines, probe results and other things that happened at an instant, by host, in file order.
  public let events: [Event]
  /// What could not be read, or was read in part.
  public let doubts: [Doubt]

  public init(
    manifest: Manifest, captures: [Capture], readouts: [Readout] = [], clocks: [HostName: ClockLog] = [:],
    events: [Event] = [], doubts: [Doubt] = []
  ) {
    self.manifest = manifest
    self.captures = captures
    self.readouts = readouts
    self.clocks = clocks
    self.events = events
    self.doubts = doubts
  }
}

/// One vantage's captured bytes.
public struct Capture: Sendable {
  public let record: CaptureRecord
  /// In time order. A frame number counts within its file.
  public let files: [CaptureFile]

  public var vantage: VantageName { record.vantage }
  public var host: HostName { record.host }

  public init(record: CaptureRecord, files: [CaptureFile]) {
    self.record = record
    self.files = files
  }
}

public struct CaptureFile: Sendable {
  /// As a citation names it: within the case folder, or as the user gave it.
  public let cited: String
  public let source: any ByteSource

  public init(cited: String, source: any ByteSource) {
    self.cited = cited
    self.source = source
  }
}

/// What one ordinary command printed on one host, at one phase: `{before,during,after}_COMMAND.txt`.
public struct Readout: Sendable {
  public let host: HostName
  public let namespace: NamespaceName
  public let phase: CheckPhase
  /// `nstat`, `sysctl`, `conntrack_S`, `ip_link`, ...
  public let command: String
  /// As a citation names it.
  public let cited: String
  public let text: String

  public init(
    host: HostName, namespace: NamespaceName, phase: CheckPhase, command: String, cited: String, text: String
  ) {
    self.host = host
    self.namespace = namespace
    self.phase = phase
    self.command = command
    self.cited = cited
    self.text = text
  }
}

/// Something that happened at an instant and is not a packet.
public struct Event: Sendable {
  public enum Source: String, Sendable { case log, probe, trace, dmesg, journal }

  public let source: Source
  public let host: HostName
  public let at: HostTime?
  public let says: String
  /// As a citation names it, and the 1-based line in it.
  public let cited: String
  public let line: Int

  public init(source: Source, host: HostName, at: HostTime?, says: String, cited: String, line: Int) {
    self.source = source
    self.host = host
    self.at = at
    self.says = says
    self.cited = cited
    self.line = line
  }
}

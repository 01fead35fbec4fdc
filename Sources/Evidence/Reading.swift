public import CaseModel

/// What one check read on one host over the phases of a case, and where it is written.
public struct Reading<Value: Hashable & Sendable>: Hashable, Sendable {
  public struct Sample: Hashable, Sendable {
    public let phase: CheckPhase
    public let value: Value
    /// As a citation names the file.
    public let cited: String
  }

  public let host: HostName
  public let namespace: NamespaceName
  /// The check's id: `sysctl`, `counters`, `interface-mtu`, ...
  public let check: String
  /// Before, during, after, as far as they were read; never empty.
  public let samples: [Sample]
  /// Which of the many things that the file tells: a counter's name, a sysctl's key; nil where the check says it.
  public private(set) var subject: String?

  /// nil without a sample.
  init?(host: HostName, namespace: NamespaceName, check: String, samples: [Sample]) {
    guard !samples.isEmpty else { return nil }
    self.host = host
    self.namespace = namespace
    self.check = check
    self.samples = samples
  }

  func about(_ subject: String) -> Self {
    var reading = self
    reading.subject = subject
    return reading
  }

  public var before: Value? { samples.first { $0.phase == .before }?.value }
  public var after: Value? { samples.last { $0.phase == .after }?.value }
  /// The newest.
  public var value: Value { samples[samples.count - 1].value }
  /// Whether every sample says the same.
  public var isSteady: Bool { samples.allSatisfy { $0.value == samples[0].value } }
  /// The file of the newest sample.
  public var cited: String { samples[samples.count - 1].cited }

  /// The same reading of one part of the value, where that part is there.
  public func map<Part: Hashable & Sendable>(_ part: (Value) -> Part?) -> Reading<Part>? {
    Reading<Part>(
      host: host, namespace: namespace, check: check,
      samples: samples.compactMap { sample in
        part(sample.value).map { .init(phase: sample.phase, value: $0, cited: sample.cited) }
      })
  }
}

extension Reading {
  /// - Parameters:
  ///   - says: a sentence without a period; the reading's subject goes before it, unless it names that itself.
  ///   - showing: how the value reads in a report; nil leaves it out.
  public func citation(says: String, showing: (Value) -> String?) -> Citation.Check {
    let name = subject.flatMap { says.contains($0) ? nil : "`\($0)`: " } ?? ""
    return Citation.Check(
      host: host, namespace: namespace, check: check, file: cited, before: before.flatMap(showing),
      after: after.flatMap(showing), says: name + says)
  }
}

extension Reading where Value: CustomStringConvertible {
  /// - Parameter says: a sentence without a period.
  public func citation(says: String) -> Citation.Check {
    citation(says: says) { $0.description }
  }
}

/// A kernel counter over a case. Counters that the kernel lacks have none.
public typealias CounterChange = Reading<Int64>

extension Reading where Value == Int64 {
  /// From the first sample to the last; nil with one sample only, and where it ran backwards: then somebody reset it.
  public var delta: Int64? {
    guard samples.count > 1 else { return nil }
    let (difference, overflow) = samples[samples.count - 1].value.subtractingReportingOverflow(samples[0].value)
    return overflow || difference < 0 ? nil : difference
  }

  /// Whether it is known to have risen.
  public var rose: Bool { (delta ?? 0) > 0 }
}

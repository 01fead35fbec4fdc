internal import Alignment
internal import CaseModel
internal import Evidence

/// Which vantages share a clock, whose clock is the case's, and what maps the others to it.
struct HostClocks {
  /// In order of first appearance.
  let hosts: [HostName]
  /// Per vantage: its host's number.
  let hostOf: [Int]
  /// Index of the vantage whose clock is the case's.
  let reference: Int?
  let folds: HostFolds

  /// Vantages whose host's clock was set back.
  var folded: [Int] { hostOf.indices.filter { !folds.ofVantage[$0].folds.isEmpty } }

  /// The reference is the one that the manifest names, else the first client, else the first capture; of those that hold a frame.
  init(_ evidence: CaseEvidence, _ indexes: [CaptureIndex]) {
    var hosts: [HostName] = []
    hostOf = evidence.captures.map { capture in
      if let known = hosts.firstIndex(of: capture.host) { return known }
      hosts.append(capture.host)
      return hosts.count - 1
    }
    self.hosts = hosts
    folds = HostFolds(indexes, hostOf: hostOf, hosts: hosts.count)
    let usable = evidence.captures.indices.filter { indexes[$0].health.frames > 0 }
    let named = usable.first { evidence.captures[$0].vantage == evidence.manifest.reference }
    let client = usable.first { evidence.captures[$0].record.roles.contains("client") }
    reference = named ?? client ?? usable.first
  }
}

/// The clocks, solved.
struct AlignedClocks: Sendable {
  /// Per vantage.
  var maps: [ClockMap?]
  var methods: [ClockRecord.Method]
  var steps: [[ClockStep]]
  /// Per two vantages: how far delays between them may be off, nanoseconds; infinite where nothing tells.
  var apart: [[Double]]
  var doubts: [Doubt] = []
  /// Controller's time to case time; nil without clock samples.
  var controller: ClockMap?
}

extension HostClocks {
  func align(_ packets: HostEvidence, _ evidence: CaseEvidence, _ indexes: [CaptureIndex]) -> AlignedClocks {
    var aligned = AlignedClocks(
      maps: [ClockMap?](repeating: nil, count: hostOf.count),
      methods: [ClockRecord.Method](repeating: .none, count: hostOf.count),
      steps: [[ClockStep]](repeating: [], count: hostOf.count), apart: hostOf.map { _ in [] })
    guard let reference else { return aligned }
    let controller = hosts.count
    var graph = ClockGraph(clocks: hosts.count + 1, reference: hostOf[reference])
    let quanta = quanta(indexes)
    for (key, pair) in packets.pairs.sorted(by: { $0.key < $1.key }) {
      let (a, b) = (Int(key >> 32), Int(key & 0xffff_ffff))
      graph.relate(a, b, by: .packets, pair, quantum: max(quanta[a], quanta[b]))
    }
    for (host, name) in hosts.enumerated() {
      guard let log = evidence.clocks[name] else { continue }
      graph.relate(
        controller, host, by: .samples, PairEvidence(folds.unfold(log.samples, of: host)),
        quantum: Double(max(1, log.quantum)))
    }
    for (host, found) in folds.ofHost.enumerated() {
      for fold in found { graph.fold(host, at: fold.at, back: fold.back, spacing: fold.spacing) }
    }
    let solutions = graph.solve(spans: spans(indexes) + [controllerSpan(evidence)])
    for vantage in hostOf.indices { take(solutions[hostOf[vantage]], vantage, hostOf[reference], &aligned) }
    for vantage in hostOf.indices { aligned.apart[vantage] = apart(vantage, solutions) }
    aligned.controller = solutions[controller].map
    aligned.doubts = doubts(solutions, evidence, indexes)
    return aligned
  }

  private func take(_ solution: ClockSolution, _ vantage: Int, _ referenceHost: Int, _ aligned: inout AlignedClocks) {
    aligned.maps[vantage] = solution.map?.folded(folds.ofVantage[vantage])
    aligned.steps[vantage] = solution.steps
    aligned.methods[vantage] =
      hostOf[vantage] == referenceHost ? .sameHost : solution.map == nil ? .none : solution.method
  }

  /// What either clock may be off by itself is more than what both may be off from each other, where packets tie them directly.
  private func apart(_ vantage: Int, _ solutions: [ClockSolution]) -> [Double] {
    let own = solutions[hostOf[vantage]]
    return hostOf.map { host in
      if host == hostOf[vantage] { return 0 }
      guard let one = own.map?.worstBound, let other = solutions[host].map?.worstBound else { return .infinity }
      return min(one + other, own.apart[host])
    }
  }

  /// Per host: the step of the coarsest stamps of its captures.
  private func quanta(_ indexes: [CaptureIndex]) -> [Double] {
    var quanta = [Double](repeating: 1, count: hosts.count)
    for (vantage, index) in indexes.enumerated() where index.health.frames > 1 {
      quanta[hostOf[vantage]] = max(quanta[hostOf[vantage]], index.quantum)
    }
    return quanta
  }

  /// Per host: from the first to the last frame of all its captures.
  private func spans(_ indexes: [CaptureIndex]) -> [ClosedRange<Int64>?] {
    var spans = [ClosedRange<Int64>?](repeating: nil, count: hosts.count)
    for (vantage, index) in indexes.enumerated() {
      guard let first = index.health.first?.nanoseconds, let last = index.health.last?.nanoseconds else { continue }
      let known = spans[hostOf[vantage]]
      spans[hostOf[vantage]] = min(first, known?.lowerBound ?? first)...max(last, known?.upperBound ?? last)
    }
    return spans
  }

  private func controllerSpan(_ evidence: CaseEvidence) -> ClosedRange<Int64>? {
    let samples = hosts.compactMap { evidence.clocks[$0]?.samples }.joined()
    let first = samples.map(\.sent.nanoseconds).min()
    let last = samples.map(\.received.nanoseconds).max()
    guard let first, let last, first <= last else { return nil }
    return first...last
  }

  private func doubts(_ solutions: [ClockSolution], _ evidence: CaseEvidence, _ indexes: [CaptureIndex]) -> [Doubt] {
    evidence.captures.enumerated().flatMap { vantage, capture -> [Doubt] in
      let solution = solutions[hostOf[vantage]]
      guard indexes[vantage].health.frames > 0 else { return [] }
      let steps = solution.steps.map { step in
        Doubt(vantage: capture.vantage, host: capture.host, says: ClockDoubts.says(step))
      }
      guard let says = ClockDoubts.says(solution, names: hosts) else { return steps }
      return [Doubt(vantage: capture.vantage, host: capture.host, says: says, couldHideFault: true)] + steps
    }
  }
}

extension PairEvidence {
  /// A host's answers to the controller: asked before, answered, received after.
  init(_ samples: [ClockSample]) {
    self.init()
    for sample in samples {
      addForward(sent: sample.sent.nanoseconds, received: sample.remote.nanoseconds)
      addReverse(sent: sample.remote.nanoseconds, received: sample.received.nanoseconds)
    }
  }
}

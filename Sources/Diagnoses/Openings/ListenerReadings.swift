internal import CaseModel
internal import Checks
internal import Correlation
internal import Evidence
internal import Wire

/// What the network namespace of a server says about connections that it did not take.
struct ListenerReadings {
  let host: HostName
  let namespace: NamespaceName
  /// Openings that a full accept queue refused, and all that a listening socket dropped.
  private(set) var overflows: CounterChange?
  private(set) var drops: CounterChange?
  /// Openings refused for their time stamp; gone from Linux 4.12 on.
  private(set) var stampRejections: CounterChange?
  /// SYNs dropped because too many openings were under way.
  private(set) var backlogDrops: CounterChange?
  private(set) var embryonicResets: CounterChange?
  private(set) var cookies: Reading<String>?
  private(set) var mostOpenings: Reading<String>?
  private(set) var recycles: Reading<String>?
  private(set) var stamps: Reading<String>?
  private(set) var abortsOnOverflow: Reading<String>?
  private(set) var somaxconn: Reading<String>?
  private(set) var kernel: Reading<KernelVersion>?
  private(set) var queues: Reading<ListenQueues>?

  init(host: HostName, namespace: NamespaceName, _ evidence: CaseEvidence) {
    self.host = host
    self.namespace = namespace
    func counter(_ name: String) -> CounterChange? { evidence.counter(name, host: host, namespace: namespace) }
    func sysctl(_ key: String) -> Reading<String>? { evidence.sysctl(key, host: host, namespace: namespace) }
    overflows = counter("TcpExtListenOverflows")
    drops = counter("TcpExtListenDrops")
    stampRejections = counter("TcpExtPAWSPassive")
    backlogDrops = counter("TcpExtTCPReqQFullDrop")
    embryonicResets = counter("TcpExtEmbryonicRsts")
    recycles = sysctl("net.ipv4.tcp_tw_recycle")
    stamps = sysctl("net.ipv4.tcp_timestamps")
    abortsOnOverflow = sysctl("net.ipv4.tcp_abort_on_overflow")
    somaxconn = sysctl("net.core.somaxconn")
    cookies = sysctl("net.ipv4.tcp_syncookies")
    mostOpenings = sysctl("net.ipv4.tcp_max_syn_backlog")
    kernel = evidence.kernel(host: host)
    queues = evidence.listenQueues(host: host, namespace: namespace)
  }

  var isEmpty: Bool {
    overflows == nil && drops == nil && stampRejections == nil && recycles == nil && kernel == nil && queues == nil
  }

  var overflowed: Bool { overflows?.rose ?? false }
  var rejectedStamps: Bool { stampRejections?.rose ?? false }

  /// What the two counters say, without the sentence's end: one that stayed speaks against a cause.
  var overflowWords: String {
    overflows?.delta == 0
      ? "did not rise: no opening was refused by a full accept queue" : "openings refused by a full accept queue"
  }
  var stampWords: String {
    stampRejections?.delta == 0
      ? "did not rise: no opening was rejected because of its time stamp"
      : "openings rejected because of the time stamp"
  }

  /// Why this host cannot drop a SYN for its stamp; nil where it may.
  var cannotRejectStamps: String? {
    if let kernel, kernel.value >= KernelVersion(4, 12) {
      return "`\(host)` runs Linux \(kernel.value.release), which remembers no stamps by address (since 4.12)"
    }
    if let recycles, recycles.samples.allSatisfy({ $0.value == "0" }) {
      return "`net.ipv4.tcp_tw_recycle` is 0 on `\(host)`"
    }
    if let stamps, stamps.samples.allSatisfy({ $0.value == "0" }) {
      return "`net.ipv4.tcp_timestamps` is 0 on `\(host)`"
    }
    if let stampRejections, stampRejections.delta == 0 {
      return "`TcpExtPAWSPassive` did not move on `\(host)`"
    }
    return nil
  }

  /// The accept queue of a port that was seen full, in whichever phase.
  func fullQueue(port: UInt16) -> Reading<ListenQueues.Queue>? {
    queue(port).flatMap { reading in reading.samples.contains { $0.value.isFull } ? reading : nil }
  }

  func queue(_ port: UInt16) -> Reading<ListenQueues.Queue>? {
    queues?.map { queues in
      queues.queues.filter { $0.port == port }.max { ($0.waiting, $1.address) < ($1.waiting, $0.address) }
    }
  }

  /// Nothing in its stack counts as having dropped an opening.
  var droppedNothing: Bool { overflows?.delta == 0 && drops?.delta == 0 }

  /// What tells that the queue of openings under way was full, and not that of those which wait to be accepted.
  enum FullBacklog {
    /// The kernel counted it (`TCPReqQFullDrop`).
    case counted
    /// A listening socket dropped openings, its accept queue was not full, and cookies are off.
    case inferred
  }

  var fullBacklog: FullBacklog? {
    guard !overflowed, !rejectedStamps else { return nil }
    if backlogDrops?.rose == true { return .counted }
    return drops?.rose == true && overflows?.delta == 0 && cookies?.value == "0" ? .inferred : nil
  }

  /// For a remedy; and within a sentence.
  var place: String { namespace == .host ? host.text : "\(host), network namespace \(namespace)" }
  var name: String { namespace == .host ? "`\(host)`" : "network namespace `\(namespace)` of `\(host)`" }
}

/// The readings of servers, each namespace's texts parsed once.
struct ListenerBook {
  private let scene: Scene
  private var known: [HostAddressBook.Place: ListenerReadings] = [:]

  init(_ scene: Scene) { self.scene = scene }

  /// Of the server with an address: where a vantage captured if that is its place, else wherever the case says that it lives.
  mutating func readings(of address: IPAddress, at vantage: Int, isItsPlace: Bool) -> ListenerReadings? {
    let here = scene.timeline.vantages[vantage]
    let places =
      isItsPlace
      ? [HostAddressBook.Place(host: here.host, namespace: here.namespace)] : scene.addresses.owners(of: address)
    guard places.count == 1, let place = places.first else { return nil }
    if known[place] == nil {
      known[place] = ListenerReadings(host: place.host, namespace: place.namespace, scene.evidence)
    }
    return known[place].flatMap { $0.isEmpty ? nil : $0 }
  }
}

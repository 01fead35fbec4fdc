internal import CaseModel
internal import Correlation
internal import Diagnoses
internal import Evidence
internal import Wire

/// Whose an address is, as far as the case tells: of hosts that told their addresses, of roles without a login, and of captures that
/// show an end's packets leave its own stack.
struct HostNames {
  private let names: [IPAddress: String]

  /// Connections whose packets are looked at for who sends them, and how many frames they may hold together.
  private static let looked = (flows: 16, frames: 100_000)
  /// Hop counts that operating systems begin with: nothing has forwarded such a packet.
  private static let stackHops: Set<UInt8> = [64, 128, 255]

  init(_ judgement: Judgement, _ scene: Scene) {
    let timeline = scene.timeline
    let flows = Self.flows(judgement, timeline)
    let book = scene.evidence.addresses()
    var names: [IPAddress: String] = [:]
    for role in scene.evidence.manifest.external {
      if let address = IPAddress(text: role.address) { names[address] = role.role.text }
    }
    for alias in flows.lazy.flatMap({ timeline.flows[$0].aliases }) {
      for address in [alias.opener.address, alias.acceptor.address] {
        let owners = book.owners(of: address)
        // Every container host has the same bridge's address.
        if owners.count == 1, let owner = owners.first { names[address] = Self.name(owner.host, owner.namespace) }
      }
    }
    var budget = Self.looked.frames
    let readable = flows.prefix(Self.looked.flows).filter { flow in
      budget -= timeline.flows[flow].records
      return budget >= 0
    }
    let senders = (try? timeline.eachStory(of: readable) { Self.senders($0, timeline) }) ?? []
    for (address, name) in senders.flatMap(\.result) where names[address] == nil { names[address] = name }
    self.names = names
  }

  /// The same sentence with the host's name behind the first mention of each address: ``10.0.0.9:80 (`web1`) ``.
  func beside(_ sentence: String) -> String {
    guard !names.isEmpty else { return sentence }
    var told: Set<String> = []
    var isCode = false
    let words = sentence.split(separator: " ", omittingEmptySubsequences: false).map { word -> String in
      let begins = isCode
      if !word.count(where: { $0 == "`" }).isMultiple(of: 2) { isCode.toggle() }
      guard !begins, !word.contains("`"), let (address, end) = Self.address(in: word), let name = names[address],
        !sentence.contains("`\(name)`"), told.insert(name).inserted
      else { return String(word) }
      return "\(word[..<end]) (`\(name)`)\(word[end...])"
    }
    return words.joined(separator: " ")
  }

  /// Of `10.0.0.9:80`; nil where nobody told.
  func owner(of endpoint: String) -> String? { Self.address(in: endpoint[...]).flatMap { names[$0.0] } }

  // MARK: reading

  /// `10.0.0.9`, `10.0.0.9:80`, `fd00::9` or `[fd00::9]:80`, perhaps with a mark of the sentence behind it.
  private static func address(in word: Substring) -> (IPAddress, end: Substring.Index)? {
    let bare = word.prefix { $0.isHexDigit || ".:[]".contains($0) }
    guard bare.count >= 2 else { return nil }
    guard word[bare.endIndex...].allSatisfy({ ",;)".contains($0) }) else { return nil }
    let core = bare.last.map { ".:".contains($0) } == true && !bare.hasSuffix("::") ? bare.dropLast() : bare
    if core.hasPrefix("["), let close = core.firstIndex(of: "]") {
      return IPAddress(text: core[core.index(after: core.startIndex)..<close]).map { ($0, core.endIndex) }
    }
    if let address = IPAddress(text: core) { return (address, core.endIndex) }
    guard let colon = core.lastIndex(of: ":") else { return nil }
    return IPAddress(text: core[..<colon]).flatMap { $0.isIPv6 ? nil : ($0, core.endIndex) }
  }

  private static func name(_ host: HostName, _ namespace: NamespaceName) -> String {
    (namespace == .host ? host.text : "\(host)/\(namespace)").replacing("`", with: "'")
  }

  /// Those of findings, the leading one's first.
  private static func flows(_ judgement: Judgement, _ timeline: Timeline) -> [Int] {
    var seen: Set<Int> = []
    let all = judgement.findings.flatMap { $0.finding.flows.prefix(1_024) }
    return all.filter { timeline.flows.indices.contains($0) && seen.insert($0).inserted }
  }

  /// A capture that tells directions, and shows a packet go out that never came in.
  private static func senders(_ story: FlowStory, _ timeline: Timeline) -> [(IPAddress, String)] {
    [true, false].compactMap { fromOpener in
      guard let place = story.paths[fromOpener].first, place.direction == .outbound, !place.isInTunnel,
        let record = story.tracks[place.vantage].records.first(where: {
          $0.isFromOpener == fromOpener && $0.isSegment && Place($0, at: place.vantage) == place
        }), stackHops.contains(record.timeToLive), story.flow.aliases.indices.contains(Int(record.alias))
      else { return nil }
      let alias = story.flow.aliases[Int(record.alias)]
      let vantage = timeline.vantages[place.vantage]
      return ((fromOpener ? alias.opener : alias.acceptor).address, name(vantage.host, vantage.namespace))
    }
  }
}

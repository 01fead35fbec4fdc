internal import CaseModel
internal import Correlation
internal import Wire

/// What the frames of one flow say, most telling first.
struct BlackholeFrames {
  private let loss: OversizeLoss
  private let frames: FrameCitations
  private static let most = 6

  init(_ loss: OversizeLoss, _ frames: FrameCitations) {
    self.loss = loss
    self.frames = frames
  }

  var citations: [Citation] {
    var all: [Citation] = []
    if loss.sees == .hole {
      all.append(frames.cite(loss.witness, "it arrives, and \(bytes(loss.smallestLost)) or more before it never do"))
    }
    let same = loss.lost.filter(isOfTheFirst)
    for (position, reference) in same.prefix(Self.most).enumerated() {
      all.append(frames.cite(reference, position == 0 ? setsOut(reference) : "sent again, and lost again"))
      if position < 2 { all += onTheWay(reference) }
    }
    if same.count > Self.most, let last = same.last { all.append(frames.cite(last, "sent for the last time")) }
    if let other = loss.lost.first(where: { !isOfTheFirst($0) }) {
      all.append(frames.cite(other, "other bytes, as large and lost as well"))
    }
    if let between = loss.passedBetween.first { all.append(frames.cite(between, passing)) }
    if let largestPassed { all.append(largestPassed) }
    if let repaired = loss.repaired {
      all.append(frames.cite(repaired, "the same bytes in a smaller packet pass"))
    }
    if let offer = loss.offer, let offered = loss.offered {
      all.append(frames.cite(offer, "the receiver's SYN offers segments of up to \(bytes(Int64(offered)))"))
    }
    for error in loss.errors.prefix(2) { all.append(frames.cite(error, telling(error))) }
    return all
  }

  /// The threshold's lower side: where nothing with payload passed, a bare acknowledgment.
  var largestPassed: Citation? {
    loss.largest.map { largest in
      frames.cite(
        largest,
        loss.largestPassed > 0
          ? "the largest that passed: \(bytes(loss.largestPassed)) of payload" : "packets without payload pass")
    }
  }

  /// Whether a lost segment carries the bytes that the first one began with.
  private func isOfTheFirst(_ reference: RecordReference) -> Bool {
    let record = frames.story[reference]
    let start = frames.story[loss.witness].position
    return record.position <= start && start < record.position &+ Int64(record.length)
  }

  private func setsOut(_ reference: RecordReference) -> String {
    let record = frames.story[reference]
    let whole = Int64(record.length)
    let cut =
      whole > Int64(loss.offered ?? UInt16(clamping: loss.smallestLost)) ? ", which the card cuts into packets" : ""
    return loss.sees == .acknowledgments
      ? "\(bytes(whole)) of payload\(cut), leave here and are never acknowledged"
      : "\(bytes(whole)) of payload\(cut): seen here, and not at the next capture"
  }

  /// The same packet nearer its sender.
  private func onTheWay(_ reference: RecordReference) -> [Citation] {
    frames.story.sightings(of: reference).filter { $0 != reference }.map {
      frames.cite($0, "the same segment, nearer its sender")
    }
  }

  private var passing: String {
    switch loss.sees {
    case .bothSides: "in between a smaller packet passes"
    case .acknowledgments where loss.isOnlyHeard: "the receiver is heard, and still waits for these bytes"
    case .acknowledgments: "the receiver still waits: something small that was sent after it has arrived"
    case .hole: "later packets arrive: sender and path are alive"
    }
  }

  private func telling(_ error: RecordReference) -> String {
    let mtu = frames.story[error].icmpMTU
    return "ICMP: the packet was too big" + (mtu > 0 ? ", the next link carries \(mtu) bytes" : "")
  }

  private func bytes(_ count: Int64) -> String { Wording.count(Int(count), "byte") }
}

/// The sentences of the finding.
struct BlackholeSentences {
  private let clue: Clue
  private let flows: Int
  /// Payload bytes.
  private let passed: Int64
  private let lost: Int64
  private let settings: PathSettings
  private let isContradicted: Bool
  /// Of the tunnel's own packets.
  private let cut: OuterFragments?
  private let mtu: PathMTU

  init(
    _ clue: Clue, flows: Int, passed: Int64, lost: Int64, settings: PathSettings, isContradicted: Bool,
    cut: OuterFragments?, carried: PathMTU
  ) {
    self.clue = clue
    self.flows = flows
    self.passed = passed
    self.lost = lost
    self.settings = settings
    self.isContradicted = isContradicted
    self.cut = cut
    mtu = carried
  }

  static func nothingBySize(_ connections: Int) -> String {
    "in \(Wording.count(connections, "connection")) no size divides packets that passed from packets that did not"
  }

  static func somethingLarge(than size: Int, _ largest: Int) -> String {
    "packets of more than \(Wording.grouped(Int64(size))) bytes: the largest frame that was captured has \(Wording.grouped(Int64(largest)))"
  }

  private func measure(_ name: String) -> Int64 { Int64(clue.measures[name] ?? 0) }
  private func word(_ name: String) -> String { clue.words[name] ?? "an end" }
  /// Bytes of the IP packet round a payload.
  private func packet(_ payload: Int64) -> Int64 { payload + measure("headers") }
  private func bytes(_ count: Int64) -> String { Wording.count(Int(count), "byte") }

  private var place: String { Wording.place(cut?.corrected(clue.location) ?? clue.location) }

  var title: String {
    if measure("hole") == 1 {
      return
        "large packets vanish \(place): packets of up to \(bytes(packet(passed))) arrive, and bytes before them never do"
    }
    return
      "large packets vanish \(place): packets of \(bytes(packet(passed))) pass, packets of \(bytes(packet(lost))) do not"
  }

  var explanation: String {
    var says = measure("hole") == 1 ? hole : losses
    says += [threshold, tunnel, ends, told, fragments, settings.text]
    if measure("repaired") == 1 {
      says.append("The sender found that out by itself at last and went on in smaller packets.")
    }
    if isContradicted {
      says.append("Yet packets as large as that did pass on other connections between the same hosts.")
    }
    if flows > 1 { says.append("The same happened to \(Wording.count(flows - 1, "other connection")).") }
    return says.filter { !$0.isEmpty }.joined(separator: " ")
  }

  private var losses: [String] {
    let what =
      "From \(word("sender")) to \(word("receiver")), \(Wording.count(Int(measure("lost")), "transmission")) of "
      + "\(bytes(packet(lost))) or more (\(bytes(lost)) of payload) got lost \(place), the same bytes up to "
      + "\(Wording.count(Int(measure("rounds")), "time")), first \(word("first"))."
    let between = Int(measure("passed_between"))
    if measure("only_heard") == 1 {
      return [what, "The receiver was heard from meanwhile, and still waited for them."]
    }
    if measure("unseen_beyond") == 1 {
      return [what, "The receiver acknowledged smaller ones, and answered to what came behind the missing bytes."]
    }
    return [
      what,
      between > 0
        ? "In the meantime \(Wording.count(between, "smaller packet")) passed the same way: the path was up." : "",
    ]
  }

  private var hole: [String] {
    [
      "\(bytes(lost)) or more from \(word("sender")) to \(word("receiver")) got lost \(place), though the sender and the path "
        + "were alive: smaller packets arrived behind them for seconds, and the receiver waited for what was missing. A sender "
        + "repeats what is lost, so it was lost again and again."
    ]
  }

  private var threshold: String {
    if measure("hole") == 1 {
      return
        "Nothing larger than \(bytes(packet(passed))) ever arrived; a capture nearer the sender would show what it sent."
    }
    return carried
  }

  private var carried: String {
    "So the path carries packets of \(bytes(packet(passed))), and none of \(bytes(packet(lost)))"
      + (measure("ipv6") == 1 ? " (IPv6)" : "") + "." + (mtu.text.isEmpty ? "" : " \(mtu.text)")
  }

  private var tunnel: String {
    guard let tunnel = settings.tunnel else { return "" }
    return
      "There they travel inside \(tunnel.name), which adds \(bytes(tunnel.overhead)): \(bytes(packet(lost))) become "
      + "\(bytes(packet(lost) + tunnel.overhead)) outside."
  }

  private var ends: String {
    let limit = measure("limit")
    guard limit > 0 else { return "What the receiver offered to take (MSS) was not captured." }
    let largest = limit + (measure("ipv6") == 1 ? 60 : 40)
    return
      "The receiver's SYN offers segments of \(bytes(limit)) (MSS), so the sender makes packets of up to \(bytes(largest))."
  }

  private var told: String {
    let mtu = measure("told_mtu")
    let named = mtu > 0 ? " naming \(bytes(mtu))" : ""
    if measure("told_sender") == 1 {
      return "An ICMP message\(named) came to the sender's own capture, and the sender did not heed it."
    }
    if measure("errors") > 0 {
      return "An ICMP message\(named) was sent, and never shows where the sender was captured: something drops it."
    }
    return "No ICMP message says that they were too big, as far as the captures show: nobody told the sender."
  }

  /// Silence is what makes a black hole of a small link.
  var absence: String? { measure("told_sender") == 1 ? nil : String(told.dropLast()) }

  private var fragments: String {
    if let cut { return cut.text }
    if measure("ipv6") == 1 { return "" }
    return measure("fragmentable") == 1
      ? "The packets may be fragmented on the way: then it is the fragments that are dropped."
      : "The packets forbid fragmentation (DF)."
  }
}

// MARK: - What helps

extension BlackholeSentences {
  var remedies: [Remedy] {
    let safe = max(mtu.safe, measure("ipv6") == 1 ? 1_280 : 576)
    return [measuring, clamping(safe), lowering(safe), telling, probing]
  }

  private var isIPv6: Bool { measure("ipv6") == 1 }
  private var sender: String { settings.sender ?? word("sender") }
  private func host(_ end: String) -> String {
    if let close = end.lastIndex(of: "]") { return String(end[..<close].dropFirst()) }
    return end.split(separator: ":").first.map(String.init) ?? end
  }

  private var measuring: Remedy {
    let payload = packet(lost) - (isIPv6 ? 48 : 28)
    return Remedy(
      on: sender, command: "ping \(isIPv6 ? "-6 " : "")-c 3 -M do -s \(payload) \(host(word("receiver")))",
      effect:
        "measures it: this size fails, and halving the distance to \(bytes(packet(passed))) finds what the path carries; "
        + "`tracepath -n` shows the hop where the routers answer",
      sideEffects: "none: it sends three pings", rollback: "nothing to undo")
  }

  /// Where only a packet that happened to pass tells the size, the limit may lie far above.
  private func basis(_ safe: Int64) -> String {
    guard case .between(let passed, let lost, _) = mtu else { return "" }
    let known = safe == passed ? "are known to pass" : "nearly every link carries"
    return
      ", which \(known) while \(Wording.grouped(lost)) are not, and the limit lies in between (measure it and raise this)"
  }

  private func clamping(_ mtu: Int64) -> Remedy {
    let program = isIPv6 ? "ip6tables" : "iptables"
    let rule = "\(chain) -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss \(mtu - (isIPv6 ? 60 : 40))"
    return Remedy(
      on: clue.location.from?.text ?? clue.location.to?.text ?? "a router on the way",
      command: "\(program) -t mangle -A \(rule)",
      effect: "both ends of new connections send packets of at most \(bytes(mtu))" + basis(mtu),
      sideEffects: "TCP only; a few more packets for the same bytes; connections that are open stay as they are",
      rollback: "\(program) -t mangle -D \(rule)")
  }

  /// A SYN passes there on a router and at an end alike: on its way in where the large packets come from, on its way out where
  /// they go to.
  private var chain: String { clue.location.from == nil ? "POSTROUTING" : "PREROUTING" }

  private func lowering(_ mtu: Int64) -> Remedy {
    let now = settings.senderInterface
    let name = now?.name ?? "INTERFACE"
    return Remedy(
      on: sender, command: "ip link set dev \(name) mtu \(mtu)",
      effect:
        "packets have at most \(bytes(mtu)), for every protocol" + basis(mtu)
        + (now.map { " (now \($0.mtu))" } ?? "")
        + "; for containers set it in the network plugin's configuration, and in the same way at the other end",
      sideEffects: "all traffic of that interface gets smaller packets; new connections only" + withoutIPv6(mtu),
      rollback: "ip link set dev \(name) mtu \(now.map { "\($0.mtu)" } ?? "OLD-VALUE")")
  }

  /// RFC 8200, 5: IPv6 wants links of 1280 bytes; Linux takes IPv6 off an interface with less (`addrconf_notify`).
  private func withoutIPv6(_ mtu: Int64) -> String {
    mtu < 1280
      ? "; below 1280 bytes the kernel takes IPv6 off this interface: where that is used, clamp the MSS instead, or give the route "
        + "its own `mtu`"
      : ""
  }

  private var telling: Remedy {
    let program = isIPv6 ? "ip6tables" : "iptables"
    let rule =
      isIPv6
      ? "FORWARD -p icmpv6 --icmpv6-type packet-too-big -j ACCEPT"
      : "FORWARD -p icmp --icmp-type fragmentation-needed -j ACCEPT"
    return Remedy(
      on: "the routers and firewalls \(place)", command: "\(program) -I \(rule)",
      effect:
        "lets the message through that tells the sender; helps only where a router drops the packets, not a switch",
      sideEffects: "admits ICMP errors of this type from outside; stacks check what they quote",
      rollback: "\(program) -D \(rule)")
  }

  private var probing: Remedy {
    let now = settings.probing
    return Remedy(
      on: sender, command: "sysctl -w net.ipv4.tcp_mtu_probing=1",
      effect:
        "the sender finds the size by itself after some timeouts (RFC 4821), for IPv6 too; "
        + (now.map { "now \($0)" } ?? "its value now was not read"),
      sideEffects: "the first large answer still stalls for seconds; holds for the whole network namespace",
      rollback: "sysctl -w net.ipv4.tcp_mtu_probing=\(now ?? "0")")
  }
}

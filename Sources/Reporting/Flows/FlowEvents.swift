internal import Alignment
internal import CaseModel
internal import Correlation
internal import Diagnoses
internal import Wire

/// What happened to one flow, as lines for `timeline.ndjson`: its opening and closing, errors, losses, closed windows, silence.
struct FlowEvents {
  let story: FlowStory
  let summary: FlowSummary
  let scene: Scene

  /// A silence shorter than this is no event, nanoseconds.
  private static let silence: Int64 = 10_000_000_000

  func events() -> [CitedEvent] {
    (opening + closes + errors + losses + windows + idle).compactMap { $0 }
  }

  private var opening: [CitedEvent?] {
    let views = summary.vantages.filter { $0.handshake != nil }
    guard let first = nearest(views, fromOpener: true), let handshake = first.handshake else { return [] }
    let answer = nearest(views, fromOpener: false)?.handshake?.synAcknowledgment
    let repeats = handshake.syns > 1 ? ", sent \(handshake.syns) times" : ""
    var events = [
      handshake.syn.map { event($0.at, "\(source($0.at)) asks \(destination($0.at)) for a connection\(repeats)") }
    ]
    if let answer { events.append(event(answer.at, "\(source(answer.at)) accepts the connection")) }
    return events.compactMap { $0 }
  }

  private var closes: [CitedEvent?] {
    summary.closes.map { close in
      let again = close.repeats > 0 ? ", and \(Wording.count(close.repeats, "time")) more" : ""
      let unseen = close.unseenAt.filter { $0.vantage != close.at.vantage }.map { "`\(name($0.vantage))`" }
      let foreign = unseen.isEmpty ? "" : "; \(Wording.list(unseen)), nearer to it, does not show it"
      return event(
        close.at,
        close.mark == .fin
          ? "\(source(close.at)) closes its direction (FIN)\(again)\(foreign)"
          : "RST from \(source(close.at)) to \(destination(close.at))\(again)\(foreign)")
    }
  }

  private var errors: [CitedEvent?] {
    summary.errors.map { error in
      let mtu = error.mtu > 0 ? ", next-hop MTU \(error.mtu)" : ""
      let about = error.aboutOpener ? "the opener" : "the acceptor"
      return event(
        error.at,
        "ICMP error type \(error.type) code \(error.code)\(mtu) about a packet of \(about): "
          + Wording.count(error.count, "such error"))
    }
  }

  private var losses: [CitedEvent?] {
    [true, false].flatMap { fromOpener in
      let path = summary.paths[fromOpener]
      return path.indices.dropLast().map { index -> CitedEvent? in
        guard let first = path[index].firstLost else { return nil }
        let (here, there) = (name(path[index].place.vantage), name(path[index + 1].place.vantage))
        let between = here == there ? "inside `\(here)`" : "between `\(here)` and `\(there)`"
        let frames = Wording.count(path[index].lost, "packet")
        return event(first, "the first of \(frames) from \(source(first)) lost \(between)")
      }
    }
  }

  private var windows: [CitedEvent?] {
    [summary.windows.fromOpener, summary.windows.fromAcceptor].map { window in
      guard let window, let first = window.firstClosing else { return nil }
      let length = Wording.duration(nanoseconds: window.longestClosed ?? 0)
      let often = window.closings == 1 ? " for \(length)" : " \(window.closings) times, once for \(length)"
      return event(first, "\(source(first)) closes its receive window\(often)")
    }
  }

  private var idle: [CitedEvent?] {
    guard let gap = summary.idle, gap.length >= Self.silence else { return [] }
    return [
      event(gap.after, "the first packet after \(Wording.duration(nanoseconds: gap.length)) in which nothing was seen")
    ]
  }

  /// The view nearest to who sent what opens or accepts.
  private func nearest(_ views: [VantageSummary], fromOpener: Bool) -> VantageSummary? {
    let path = story.paths[fromOpener]
    func rank(_ view: VantageSummary) -> Int { path.firstIndex { $0.vantage == view.vantage } ?? .max }
    let shown = views.filter {
      (fromOpener ? $0.handshake?.syn : $0.handshake?.synAcknowledgment) != nil
    }
    return shown.min { (rank($0), $0.vantage) < (rank($1), $1.vantage) }
  }

  private func event(_ at: RecordReference, _ what: String) -> CitedEvent? {
    guard let time = story.tracks[at.vantage].times[at.index] else { return nil }
    let vantage = scene.timeline.vantages[at.vantage]
    let record = story[at]
    let file = vantage.files.indices.contains(Int(record.file)) ? vantage.files[Int(record.file)] : ""
    return CitedEvent(
      time: time, bound: vantage.clock?.bound(unfolded: HostTime(nanoseconds: record.time)) ?? 0, host: vantage.host,
      vantage: vantage.name, source: "packet", flow: story.flow.name, frame: Int(record.frame), what: what, file: file)
  }

  private func name(_ vantage: Int) -> VantageName { scene.timeline.vantages[vantage].name }
  private func source(_ at: RecordReference) -> String { "\(names(at)?.source.description ?? "an unknown address")" }
  private func destination(_ at: RecordReference) -> String {
    "\(names(at)?.destination.description ?? "an unknown address")"
  }

  private func names(_ at: RecordReference) -> (source: Endpoint, destination: Endpoint)? {
    let record = story[at]
    guard story.flow.aliases.indices.contains(Int(record.alias)) else { return nil }
    let alias = story.flow.aliases[Int(record.alias)]
    return record.isFromOpener ? (alias.opener, alias.acceptor) : (alias.acceptor, alias.opener)
  }
}

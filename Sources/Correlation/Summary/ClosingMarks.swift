internal import CaseModel
internal import Wire

/// The FINs and RSTs of a flow, each where it was seen first.
struct ClosingMarks {
  private let story: FlowStory
  private let places: PathPlaces
  private var found: [Close] = []
  private var more = 0
  /// Per direction: where its FIN ends, and the furthest that its own FIN acknowledges.
  private var ends = DirectionPair<Int64?>(fromOpener: nil, fromAcceptor: nil)
  private var acknowledged = DirectionPair<Int64>(fromOpener: .min, fromAcceptor: .min)

  private static let most = 32

  init(_ story: FlowStory, _ places: PathPlaces) {
    self.story = story
    self.places = places
  }

  mutating func note(_ frame: SummarizedFrame) {
    let record = frame.record
    guard !record.flags.isDisjoint(with: [.fin, .rst]) else { return }
    let isReset = record.flags.contains(.rst)
    if !isReset { noteFIN(record) }
    guard frame.isFirstSighting else { return }
    let known = found.firstIndex {
      $0.mark == (isReset ? .rst : .fin) && $0.fromOpener == record.isFromOpener && $0.place == place(of: frame)
    }
    if let known {
      found[known].repeats += 1
    } else if found.count < Self.most {
      found.append(
        Close(
          mark: isReset ? .rst : .fin, fromOpener: record.isFromOpener, at: frame.at, frame: Int(record.frame),
          place: place(of: frame), time: frame.time, unseenAt: unseen(frame), repeats: 0))
    } else {
      more += 1
    }
  }

  func closes() -> ([Close], more: Int) {
    let sorted = found.sorted { a, b in
      (a.time?.nanoseconds ?? .max, a.at.vantage, a.at.index) < (b.time?.nanoseconds ?? .max, b.at.vantage, b.at.index)
    }
    return (sorted, more)
  }

  /// A FIN that acknowledges the other one came after it, whatever the clocks say.
  var openerClosedFirst: Bool? {
    guard let opener = ends.fromOpener else { return ends.fromAcceptor == nil ? nil : false }
    guard let acceptor = ends.fromAcceptor else { return true }
    let sawOpeners = acknowledged.fromAcceptor >= opener
    let sawAcceptors = acknowledged.fromOpener >= acceptor
    return sawOpeners == sawAcceptors ? nil : sawOpeners
  }

  private mutating func noteFIN(_ record: Record) {
    let side = record.isFromOpener
    let isFirst = ends[side] == nil
    ends[side] = max(ends[side] ?? .min, record.matchRange.end)
    // A FIN that is sent again acknowledges more than the first did.
    acknowledged[side] = isFirst ? record.acknowledged : min(acknowledged[side], record.acknowledged)
  }

  private func place(of frame: SummarizedFrame) -> Place { Place(frame.record, at: frame.at.vantage) }

  /// Places nearer the sender: none of them shows it, or it would be tied to it.
  private func unseen(_ frame: SummarizedFrame) -> [Place] {
    guard frame.place != PathPlaces.nowhere else { return [] }
    return Array(story.paths[frame.record.isFromOpener].prefix(Int(frame.place)))
  }
}

extension IdleGap {
  /// The longest between two frames next to each other on the common time line; of an unaligned flow, at the vantage that shows most
  /// of it.
  static func longest(in story: FlowStory) -> IdleGap? {
    let aligned = story.tracks.indices.filter { story.tracks[$0].times.first.flatMap { $0 } != nil }
    let fullest = story.tracks.indices.max {
      (story.tracks[$0].records.count, $1) < (story.tracks[$1].records.count, $0)
    }
    let vantages = aligned.isEmpty ? fullest.map { [$0] } ?? [] : aligned
    var next = story.tracks.map { _ in 0 }
    var latest: (at: RecordReference, time: Int64)?
    var longest: IdleGap?
    while let vantage = earliest(vantages, next, story) {
      let at = RecordReference(vantage: vantage, index: next[vantage])
      let time = local(at, story)
      next[vantage] += 1
      if let latest, time &- latest.time > longest?.length ?? 0 {
        longest = IdleGap(
          before: latest.at, after: at, start: story.tracks[latest.at.vantage].times[latest.at.index],
          end: story.tracks[vantage].times[at.index], length: time &- latest.time)
      }
      if time >= latest?.time ?? .min { latest = (at, time) }
    }
    return longest
  }

  private static func earliest(_ vantages: [Int], _ next: [Int], _ story: FlowStory) -> Int? {
    var best: (vantage: Int, time: Int64)?
    for vantage in vantages where next[vantage] < story.tracks[vantage].records.count {
      let time = local(RecordReference(vantage: vantage, index: next[vantage]), story)
      if best.map({ time < $0.time }) ?? true { best = (vantage, time) }
    }
    return best?.vantage
  }

  private static func local(_ at: RecordReference, _ story: FlowStory) -> Int64 {
    story.tracks[at.vantage].times[at.index]?.nanoseconds ?? story.tracks[at.vantage].records[at.index].time
  }
}

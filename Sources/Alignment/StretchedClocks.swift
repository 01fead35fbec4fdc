internal import CaseModel

/// Clocks parted at their breaks into stretches that run straight, and put together again once those are solved.
struct StretchedClocks {
  let straight: StraightClocks
  let spans: [ClosedRange<Int64>?]
  private let breaks: ClockBreaks
  private let clockSpans: [ClosedRange<Int64>?]
  private let reference: Int
  /// Per clock: its first stretch's number.
  let firsts: [Int]
  /// Per stretch: its clock.
  let owners: [Int]

  /// Nanoseconds around a break that belong to neither side for sure.
  private static let guardZone: Int64 = 2_000_000
  /// A fold whose two sides turn out to be the same clock to that many nanoseconds was disorder, no step.
  private static let leastFold = 500_000.0

  init(_ graph: ClockGraph, _ relations: [ClockRelation], _ breaks: ClockBreaks, spans: [ClosedRange<Int64>?]) {
    self.breaks = breaks
    reference = graph.reference
    clockSpans = (0..<graph.clocks).map { $0 < spans.count ? spans[$0] : nil }
    var firsts: [Int] = []
    var owners: [Int] = []
    for clock in 0..<graph.clocks {
      firsts.append(owners.count)
      owners += [Int](repeating: clock, count: breaks.ofClock[clock].count + 1)
    }
    (self.firsts, self.owners) = (firsts, owners)
    self.spans = zip(clockSpans, breaks.ofClock).flatMap(Self.stretches)
    let edges = relations.flatMap { relation in
      relation.split(by: breaks).map { part in
        ClockEdge(a: firsts[relation.a] + part.stretches.a, b: firsts[relation.b] + part.stretches.b, part.relation)
      }
    }
    straight = StraightClocks(
      clocks: owners.count, reference: Self.longest(of: graph.reference, firsts, owners, self.spans), edges: edges)
  }

  private static func stretches(_ span: ClosedRange<Int64>?, _ breaks: [ClockBreak]) -> [ClosedRange<Int64>?] {
    guard let span else { return [ClosedRange<Int64>?](repeating: nil, count: breaks.count + 1) }
    let starts = [span.lowerBound] + breaks.map { max(span.lowerBound, $0.to) }
    let ends = breaks.map { min(span.upperBound, $0.from) } + [span.upperBound]
    return zip(starts, ends).map { $0 <= $1 ? $0...$1 : $0...$0 }
  }

  /// Time is counted on the reference's longest stretch: the others are known the better from there.
  private static func longest(of clock: Int, _ firsts: [Int], _ owners: [Int], _ spans: [ClosedRange<Int64>?]) -> Int {
    guard firsts.indices.contains(clock) else { return -1 }
    let own = owners.indices.filter { owners[$0] == clock }
    return own.max { (length(spans[$0]), $1) < (length(spans[$1]), $0) } ?? firsts[clock]
  }

  private static func length(_ span: ClosedRange<Int64>?) -> Double {
    span.map { Double($0.upperBound) - Double($0.lowerBound) } ?? 0
  }

  // MARK: joining

  func join(_ solved: [ClockSolution]) -> [ClockSolution] {
    guard owners.count > firsts.count else { return solved }
    let apart = DistancesApart(self, solved)
    let joined = firsts.indices.map { clock in
      var whole = join(clock, solved)
      whole.apart = firsts.indices.map { apart.worst(clock, $0) }
      return whole
    }
    // The reference tells the case's time from the first frame on: the line on which time was counted is moved to that.
    guard firsts.indices.contains(reference), let map = joined[reference].map else { return joined }
    let start = HostTime(nanoseconds: clockSpans[reference]?.lowerBound ?? 0)
    let shift = map.shift(at: start).rounded()
    return joined.map { $0.moved(by: -shift) }
  }

  private func join(_ clock: Int, _ solved: [ClockSolution]) -> ClockSolution {
    let own = breaks.ofClock[clock]
    let stretches = (0...own.count).map { solved[firsts[clock] + $0] }
    let whole =
      stretches.indices.max {
        length(clock, $0) < length(clock, $1) || (length(clock, $0) == length(clock, $1) && $0 > $1)
      } ?? 0
    var joined = stretches[whole]
    joined.isTrusted = stretches.allSatisfy(\.isTrusted)
    joined.contradiction = stretches.compactMap(\.contradiction).max { $0.by < $1.by }.map { (owners[$0.with], $0.by) }
    guard !own.isEmpty, let pieces = filled(stretches.map(\.map?.pieces.first), own) else { return joined }
    let courses = stretches.map { $0.map?.courses.first ?? BoundCourse() }
    if joined.method == .none { joined.method = stretches.first { $0.method != .none }?.method ?? .none }
    joined.isOneSided = false
    joined.map = assemble(pieces, courses, own)
    joined.steps = own.indices.compactMap { step(own[$0], pieces[$0], pieces[$0 + 1]) }
    return joined
  }

  private func length(_ clock: Int, _ stretch: Int) -> Double { Self.length(spans[firsts[clock] + stretch]) }

  /// A stretch that nothing ties to others goes on from its neighbour, as far as the clock's own frames tell; nil where none is
  /// tied.
  private func filled(_ pieces: [ClockMap.Piece?], _ own: [ClockBreak]) -> [ClockMap.Piece]? {
    guard pieces.contains(where: { $0 != nil }) else { return nil }
    var pieces = pieces
    for (left, between) in own.enumerated() where pieces[left + 1] == nil {
      pieces[left + 1] = pieces[left]?.continued(over: between, forward: true)
    }
    for (left, between) in own.enumerated().reversed() where pieces[left] == nil {
      pieces[left] = pieces[left + 1]?.continued(over: between, forward: false)
    }
    return pieces.compactMap(\.self)
  }

  private func assemble(_ pieces: [ClockMap.Piece], _ along: [BoundCourse], _ own: [ClockBreak]) -> ClockMap {
    var whole = [pieces[0].beginning(at: .min)]
    var courses = [along[0]]
    for (left, at) in own.enumerated() {
      let (before, after) = (pieces[left], pieces[left + 1])
      if !at.isExact {
        let size = abs(Self.size(at, before, after))
        let middle = at.from &+ (at.to &- at.from) / 2
        whole.append(before.beginning(at: at.from &- Self.guardZone, guarding: size))
        whole.append(after.beginning(at: middle, guarding: size))
        courses += [BoundCourse(), BoundCourse()]
      }
      whole.append(after.beginning(at: at.isExact ? at.to : at.to &+ Self.guardZone))
      courses.append(along[left + 1])
    }
    return ClockMap(pieces: whole, courses: courses)
  }

  /// What the unfolded reading gained.
  private static func size(_ at: ClockBreak, _ before: ClockMap.Piece, _ after: ClockMap.Piece) -> Double {
    // Where it went to is its own reading, too: the later line holds there, so far from here that its drift counts.
    (before.shift(at: at.from) - after.shift(at: at.from)) / (1 + after.drift)
  }

  private func step(_ at: ClockBreak, _ before: ClockMap.Piece, _ after: ClockMap.Piece) -> ClockStep? {
    guard at.nature != .kink else { return nil }
    let seen = Self.size(at, before, after)
    let size = at.nature == .fold ? seen + at.jump : seen
    guard at.nature == .jump || abs(size) >= Self.leastFold else { return nil }
    let time = HostTime(nanoseconds: at.to)
    return ClockStep(
      at: CaseTime(nanoseconds: at.to &+ Int64(saturating: after.shift(at: at.to).rounded())), unfolded: time, by: size,
      bound: before.bound + after.bound, isAmbiguous: at.isAmbiguous)
  }
}

extension ClockSolution {
  /// The same on a time line that began elsewhere.
  fileprivate func moved(by shift: Double) -> ClockSolution {
    guard shift != 0 else { return self }
    var moved = self
    moved.map = map.map { map in
      ClockMap(pieces: map.pieces.map { $0.moved(by: shift) }, courses: map.courses)
    }
    moved.steps = steps.map { step in
      var step = step
      step.at = step.at.advanced(by: Int64(saturating: shift))
      return step
    }
    return moved
  }
}

extension ClockMap.Piece {
  func beginning(at time: Int64, guarding size: Double? = nil) -> ClockMap.Piece {
    ClockMap.Piece(
      from: HostTime(nanoseconds: time), anchor: anchor, offset: offset, drift: drift, bound: bound + (size ?? 0),
      isGuard: size != nil)
  }

  func moved(by shift: Double) -> ClockMap.Piece {
    ClockMap.Piece(from: from, anchor: anchor, offset: offset + shift, drift: drift, bound: bound, isGuard: isGuard)
  }

  /// The same clock beyond a break, by what is known of the break alone.
  func continued(over between: ClockBreak, forward: Bool) -> ClockMap.Piece {
    // Unfolded time goes on at a fold; at a jump it does not.
    let gained = between.nature == .jump ? between.jump : 0
    let doubt = between.nature == .fold ? Double(8 * min(between.spacing, 1 << 50)) + 1_000_000 : abs(between.jump)
    return ClockMap.Piece(
      from: from, anchor: anchor, offset: offset + (forward ? -gained : gained), drift: drift, bound: bound + doubt)
  }
}

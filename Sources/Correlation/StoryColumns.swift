internal import Alignment
public import CaseModel

/// Per record of a track: where its first byte was at the nearest place before that shows it. Kept small: a story may have
/// millions.
public struct Upstream: RandomAccessCollection, Equatable, Sendable {
  @usableFromInline let stored: [StoredLink]

  init(_ stored: [StoredLink]) { self.stored = stored }

  @inlinable public var startIndex: Int { 0 }
  @inlinable public var endIndex: Int { stored.count }
  @inlinable public subscript(index: Int) -> Link { stored[index].link }
}

/// Per record of a track: its aligned time, made when asked for; nil where the vantage is unaligned.
public struct CaseTimes: RandomAccessCollection, Equatable, Sendable {
  private let records: [Record]
  private let clock: ClockMap
  private let isAligned: Bool

  init(_ records: [Record], _ clock: ClockMap?) {
    self.records = records
    self.clock = clock ?? .identity
    isAligned = clock != nil
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { records.count }
  public subscript(index: Int) -> CaseTime? {
    isAligned ? clock.caseTime(unfolded: HostTime(nanoseconds: records[index].time)) : nil
  }

  public static func == (a: Self, b: Self) -> Bool { a.elementsEqual(b) }
}

/// Where a record's first byte was seen before, as stored: eight bytes.
@usableFromInline
struct StoredLink: Hashable, Sendable, BitwiseCopyable {
  @usableFromInline var index: UInt32 = 0
  @usableFromInline var vantage: UInt16 = 0
  @usableFromInline var match: MatchClass = .none

  static let none = StoredLink()

  @inlinable var link: Link {
    match == .none
      ? .none : Link(to: RecordReference(vantage: Int(vantage), index: Int(index)), match: match)
  }
}

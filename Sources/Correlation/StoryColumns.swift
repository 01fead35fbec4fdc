internal import Alignment
public import CaseModel
internal import Wire

/// Per record of a track: where its first byte was at the nearest place before that shows it. Kept small: a story may have
/// millions.
public struct Upstream: RandomAccessCollection, Equatable, Sendable {
  @usableFromInline let stored: [StoredLink]
  private let long: LongColumn<StoredLink>?
  @usableFromInline let isLong: Bool

  init(_ stored: [StoredLink]) {
    self.stored = stored
    long = nil
    isLong = false
    endIndex = stored.count
  }

  private init(_ long: LongColumn<StoredLink>) {
    stored = []
    self.long = long
    isLong = true
    endIndex = long.count
  }

  /// Those of a long track go to a file of their own.
  /// - Throws: what the spool throws.
  static func kept(_ links: [StoredLink], _ spool: any Spool) throws -> Upstream {
    guard links.count > LongColumn<StoredLink>.worthwhile else { return Upstream(links) }
    let file = try spool.makeFile()
    _ = try file.append(links)
    return Upstream(try LongColumn(file, count: links.count))
  }

  @inlinable public var startIndex: Int { 0 }
  public let endIndex: Int
  @inlinable public subscript(index: Int) -> Link { isLong ? longLink(index) : stored[index].link }

  @usableFromInline func longLink(_ index: Int) -> Link { (long?[index] ?? .none).link }

  public static func == (a: Self, b: Self) -> Bool { a.elementsEqual(b) }
}

/// Per record of a track: its aligned time, made when asked for; nil where the vantage is unaligned.
public struct CaseTimes: RandomAccessCollection, Equatable, Sendable {
  private let records: Records
  private let clock: ClockMap
  private let isAligned: Bool

  init(_ records: Records, _ clock: ClockMap?) {
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

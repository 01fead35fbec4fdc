internal import Wire

/// The records of a track, file order. Those of a very long one wait in a spool and are in memory only where they are looked at.
public struct Records: RandomAccessCollection, Sendable, ExpressibleByArrayLiteral {
  @usableFromInline let short: [Record]
  private let long: LongColumn<Record>?
  @usableFromInline let isLong: Bool
  /// Of a long one: records under other names than they were recorded with.
  private var names: [Int: UInt16] = [:]
  private var isRenamed = false

  public init(_ records: [Record]) {
    short = records
    long = nil
    isLong = false
    endIndex = records.count
  }

  public init(arrayLiteral records: Record...) { self.init(records) }

  init(_ long: LongColumn<Record>) {
    short = []
    self.long = long
    isLong = true
    endIndex = long.count
  }

  @inlinable public var startIndex: Int { 0 }
  public let endIndex: Int
  @inlinable public subscript(index: Int) -> Record { isLong ? longRecord(index) : short[index] }

  @usableFromInline func longRecord(_ index: Int) -> Record {
    guard var record = long?[index] else { return short[index] }
    if isRenamed, let alias = names[index] { record.alias = alias }
    return record
  }

  /// The same with other names for a few.
  func renamed(_ names: [(index: Int, alias: UInt16)]) -> Records {
    if isLong {
      var records = self
      for (index, alias) in names { records.names[index] = alias }
      records.isRenamed = !records.names.isEmpty
      return records
    }
    guard !names.isEmpty else { return self }
    var records = short
    for (index, alias) in names { records[index].alias = alias }
    return Records(records)
  }
}

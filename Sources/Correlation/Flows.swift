internal import CaseModel

/// Every flow of a case, in order of first appearance. Made one by one when asked for: there may be millions.
public struct Flows: RandomAccessCollection, Sendable {
  private let book: FlowBook
  private let clocks: VantageClocks
  /// By place: the flow's number in the book.
  private let numbers: [UInt32]
  /// The other way round.
  private let places: [UInt32]
  /// Counted once.
  public let counts: Counts

  public struct Counts: Sendable {
    public var tcp = 0
    /// TCP whose opening handshake was seen anywhere.
    public var opened = 0
    /// As `Flow.isConnection` has it.
    public var connections = 0
    /// Flows that carry others' packets over UDP to Linux's own VXLAN port, 8472, which other programs take for something else.
    public var linuxTunnels = 0
  }

  init(_ book: FlowBook, _ clocks: VantageClocks) {
    self.book = book
    self.clocks = clocks
    let rows = (0..<book.count).map { Row($0, book.assembly, clocks) }
    let numbers = rows.indices.sorted { rows[$0].precedes(rows[$1]) || (!rows[$1].precedes(rows[$0]) && $0 < $1) }
    var places = [UInt32](repeating: 0, count: numbers.count)
    for (place, number) in numbers.enumerated() { places[number] = UInt32(truncatingIfNeeded: place) }
    self.places = places
    counts = Counts(book.assembly)
    self.numbers = numbers.map { UInt32(truncatingIfNeeded: $0) }
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { numbers.count }

  public subscript(index: Int) -> Flow {
    let number = number(index)
    let row = Row(number, book.assembly, clocks)
    return Flow(
      name: FlowName("flow-\(index + 1)"), transport: book.assembly.transport(of: number),
      aliases: book.aliases(number),
      first: row.first.map { CaseTime(nanoseconds: $0) }, last: row.last.map { CaseTime(nanoseconds: $0) },
      records: book.assembly.records(of: number), sawOpening: book.assembly.sawOpening[number],
      windowScales: book.assembly.windowScales(of: number),
      segmentLimits: book.assembly.segmentLimits(of: number), isTunnel: book.assembly.isTunnel(number))
  }

  func number(_ index: Int) -> Int { Int(numbers[index]) }
  func index(ofNumber number: Int) -> Int { Int(places[number]) }
}

extension Flows.Counts {
  fileprivate init(_ assembly: FlowAssembly) {
    for flow in 0..<assembly.count {
      let transport = assembly.transport(of: flow)
      if transport == 6 {
        tcp += 1
        if assembly.sawOpening[flow] { opened += 1 }
      }
      if transport == 6 || transport == 17, !assembly.isTunnel(flow) { connections += 1 }
      if transport == 17, assembly.isTunnel(flow), assembly.ports(of: flow).contains(8_472) { linuxTunnels += 1 }
    }
  }
}

/// What a flow's place in the order is made of.
private struct Row {
  var first: Int64?
  var last: Int64?
  /// Where it is seen first of all vantages, for flows without a time.
  var vantage = Int.max
  var frame = UInt32.max

  init(_ flow: Int, _ assembly: FlowAssembly, _ clocks: VantageClocks) {
    for number in assembly.conversations[flow] {
      let (at, seen) = (Int(assembly.world.vantageOf[number]), assembly.world.conversations[number])
      if vantage == .max { (vantage, frame) = (at, seen.firstFrame) }
      guard let start = clocks.time(seen.first, at: at), let end = clocks.time(seen.last, at: at) else { continue }
      first = min(first ?? start, start)
      last = max(last ?? end, end)
    }
  }

  func precedes(_ other: Self) -> Bool {
    (first ?? .max, vantage, frame) < (other.first ?? .max, other.vantage, other.frame)
  }
}

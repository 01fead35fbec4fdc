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
    let ranks = (0..<book.count).map { Rank($0, book.assembly, clocks) }
    let numbers = (0..<UInt32(ranks.count)).sorted { a, b in
      let (one, other) = (ranks[Int(a)], ranks[Int(b)])
      return one.precedes(other) || (!other.precedes(one) && a < b)
    }
    var places = [UInt32](repeating: 0, count: numbers.count)
    for (place, number) in numbers.enumerated() { places[Int(number)] = UInt32(truncatingIfNeeded: place) }
    self.places = places
    counts = Counts(book.assembly)
    self.numbers = numbers
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { numbers.count }

  public subscript(index: Int) -> Flow {
    let number = number(index)
    let (first, last) = book.assembly.times(of: number, clocks)
    return Flow(
      name: FlowName("flow-\(index + 1)"), transport: book.assembly.transport(of: number),
      aliases: book.aliases(number),
      first: first.map { CaseTime(nanoseconds: $0) }, last: last.map { CaseTime(nanoseconds: $0) },
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

extension FlowAssembly {
  /// The earliest and the latest frame on the case's line, nanoseconds; nil where it is only seen at unaligned vantages.
  fileprivate func times(of flow: Int, _ clocks: VantageClocks) -> (first: Int64?, last: Int64?) {
    var times: (first: Int64?, last: Int64?)
    for number in conversations[flow] {
      let (at, seen) = (Int(vantageOf[number]), sightings[number])
      guard let start = clocks.time(seen.first, at: at), let end = clocks.time(seen.last, at: at) else { continue }
      times.first = min(times.first ?? start, start)
      times.last = max(times.last ?? end, end)
    }
    return times
  }
}

/// What a flow's place in the order is made of.
private struct Rank {
  private let first: Int64
  /// Where it is seen first of all vantages, for flows without a time.
  private let frame: UInt32
  private let vantage: UInt16

  init(_ flow: Int, _ assembly: FlowAssembly, _ clocks: VantageClocks) {
    first = assembly.times(of: flow, clocks).first ?? .max
    let number = assembly.conversations.first(of: flow)
    (vantage, frame) = (assembly.vantageOf[number], assembly.sightings[number].firstFrame)
  }

  func precedes(_ other: Self) -> Bool {
    (first, vantage, frame) < (other.first, other.vantage, other.frame)
  }
}

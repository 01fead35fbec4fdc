/// Which conversations make each flow, in three numbers a flow instead of an array each: there may be millions.
struct FlowConversations: Sendable {
  /// Where each flow's begin in `numbers`; one more than there are flows.
  private var starts: [UInt32] = [0]
  private var numbers: [UInt32] = []

  /// Flows in order of their first conversations.
  /// - Parameter flips: set to whether each conversation's low end is the high end of its flow's representative.
  init(grouping set: consuming ConversationSet, _ count: Int, _ flips: inout [Bool]) {
    var set = set
    var flowOfRoot = [UInt32](repeating: .max, count: count)
    var flowOf: [UInt32] = []
    flowOf.reserveCapacity(count)
    var sizes: [UInt32] = []
    for number in 0..<count {
      let (root, flipped) = set.root(number)
      flips[number] = flipped
      if flowOfRoot[root] == .max {
        flowOfRoot[root] = UInt32(sizes.count)
        sizes.append(0)
      }
      flowOf.append(flowOfRoot[root])
      sizes[Int(flowOfRoot[root])] += 1
    }
    starts.reserveCapacity(sizes.count + 1)
    for size in sizes { starts.append(starts[starts.count - 1] + size) }
    numbers = [UInt32](repeating: 0, count: count)
    var next = starts
    for number in 0..<count {
      let flow = Int(flowOf[number])
      numbers[Int(next[flow])] = UInt32(number)
      next[flow] += 1
    }
  }

  /// Flows.
  var count: Int { starts.count - 1 }

  func first(of flow: Int) -> Int { Int(numbers[Int(starts[flow])]) }

  /// One flow's, in order; at least one.
  subscript(flow: Int) -> Numbers { Numbers(slice: numbers[Int(starts[flow])..<Int(starts[flow + 1])]) }

  /// Numbers of conversations.
  struct Numbers: RandomAccessCollection {
    fileprivate let slice: ArraySlice<UInt32>

    var startIndex: Int { 0 }
    var endIndex: Int { slice.count }
    subscript(place: Int) -> Int { Int(slice[slice.startIndex + place]) }
  }
}

/// Which conversations make each flow, in three numbers a flow instead of an array each: there may be millions.
struct FlowConversations: Sendable {
  /// Where each flow's begin in `numbers`; one more than there are flows.
  private var starts: [UInt32] = [0]
  private var numbers: [UInt32] = []

  init() {}

  /// Flows in order of their first conversations.
  /// - Parameter root: the same for all conversations of a flow; asked once for each.
  init(_ count: Int, root: (Int) -> Int) {
    var flowOfRoot = [UInt32](repeating: .max, count: count)
    var flowOf: [UInt32] = []
    flowOf.reserveCapacity(count)
    var sizes: [UInt32] = []
    for number in 0..<count {
      let root = root(number)
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

  /// One flow's, in order.
  subscript(flow: Int) -> [Int] { numbers[Int(starts[flow])..<Int(starts[flow + 1])].map { Int($0) } }
}

/// What is to happen next: a binary heap by time; of equal times, in the order in which they were put in.
struct EventQueue<Event> {
  private struct Entry {
    var time: Int64
    var order: UInt32
    var event: Event
  }

  private var heap: [Entry] = []
  private var order: UInt32 = 0

  mutating func put(_ event: Event, at time: Int64) {
    order &+= 1
    heap.append(Entry(time: time, order: order, event: event))
    var child = heap.count - 1
    while child > 0, precedes(child, (child - 1) / 2) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func next() -> (time: Int64, event: Event)? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      sift()
    }
    return (first.time, first.event)
  }

  mutating func removeAll() { heap.removeAll() }

  private mutating func sift() {
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && precedes(child, least) { least = child }
      guard least != parent else { return }
      heap.swapAt(least, parent)
      parent = least
    }
  }

  private func precedes(_ a: Int, _ b: Int) -> Bool {
    heap[a].time < heap[b].time || (heap[a].time == heap[b].time && heap[a].order < heap[b].order)
  }
}

/// Whose frame comes next: a binary heap over the tracks' times. Equal times go by the tracks' numbers.
struct MergeOrder {
  typealias Entry = (time: Int64, track: Int)
  private var heap: [Entry] = []

  var first: Int? { heap.first?.track }

  /// Gives the first track, which must be that one, its next time, or takes it out.
  mutating func replace(_ track: Int, _ time: Int64?) {
    guard let first = heap.first, first.track == track else { return }
    if let time {
      heap[0] = (time, track)
    } else {
      heap[0] = heap[heap.count - 1]
      heap.removeLast()
    }
    siftDown()
  }

  mutating func insert(_ entry: Entry) {
    heap.append(entry)
    var child = heap.count - 1
    while child > 0, heap[child] < heap[(child - 1) / 2] {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      let left = 2 * parent + 1
      guard left < heap.count else { return }
      let right = left + 1
      let child = right < heap.count && heap[right] < heap[left] ? right : left
      guard heap[child] < heap[parent] else { return }
      heap.swapAt(child, parent)
      parent = child
    }
  }
}

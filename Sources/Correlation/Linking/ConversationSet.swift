/// Which conversations are one flow, and which end of one is which end of the other: union-find with orientation.
struct ConversationSet {
  private var parent: [UInt32]
  /// Whether the low end here is the high end of the parent.
  private var flipped: [Bool]
  private var size: [UInt32]

  init(count: Int) {
    parent = (0..<UInt32(count)).map { $0 }
    flipped = [Bool](repeating: false, count: count)
    size = [UInt32](repeating: 1, count: count)
  }

  /// The representative, and whether the low end of `member` is the high end of it.
  mutating func root(_ member: Int) -> (root: Int, flipped: Bool) {
    var (at, flip) = (member, false)
    while Int(parent[at]) != at {
      flip = flip != flipped[at]
      at = Int(parent[at])
    }
    // Second walk: everyone passed points to the root from now on.
    var (here, rest) = (member, flip)
    while Int(parent[here]) != here {
      let (next, own) = (Int(parent[here]), flipped[here])
      parent[here] = UInt32(at)
      flipped[here] = rest
      rest = rest != own
      here = next
    }
    return (at, flip)
  }

  func isAlone(_ member: Int) -> Bool { Int(parent[member]) == member && size[member] == 1 }

  /// Joins two; `flipped` says that the low end of `a` is the high end of `b`. What is joined already stays as it is.
  mutating func join(_ a: Int, _ b: Int, flipped flip: Bool) {
    let (rootA, flipA) = root(a)
    let (rootB, flipB) = root(b)
    guard rootA != rootB else { return }
    let across = (flipA != flipB) != flip
    let (small, big) = size[rootA] < size[rootB] ? (rootA, rootB) : (rootB, rootA)
    parent[small] = UInt32(big)
    flipped[small] = across
    size[big] &+= size[small]
  }
}

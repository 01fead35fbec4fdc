/// Who sent what the frames of one file show, asked for in the order of the frames.
struct FrameSenders {
  private let shelf: Shelf?
  private let file: Int
  private var stretch = -1
  private var links: [CausalLink] = []
  private var next = 0

  init(_ shelf: Shelf?, file: Int) {
    self.shelf = shelf
    self.file = file
  }

  subscript(index: Int) -> FrameReference { links[index].sender }

  /// Where the senders of a frame are, no earlier one than asked for last.
  /// - Throws: what the spool throws.
  @inline(__always)
  mutating func indices(of frame: UInt32) throws -> Range<Int> {
    guard let shelf, let stretch = shelf.stretch(file: file, frame: frame) else { return 0..<0 }
    if stretch != self.stretch {
      links = try shelf.links(stretch, file: file)
      self.stretch = stretch
      next = 0
    }
    while next < links.count, links[next].frame < frame { next += 1 }
    var end = next
    while end < links.count, links[end].frame == frame { end += 1 }
    return next..<end
  }
}

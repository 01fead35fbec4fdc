/// Who sent what the frames of one file show, asked for in the order of the frames.
struct FrameSenders {
  private let shelf: Shelf?
  private let file: Int
  /// The first frame of the next stretch.
  private var limit: UInt32 = 0
  private var links: [CausalLink] = []
  private var next = 0

  init(_ shelf: Shelf?, file: Int) {
    self.shelf = shelf
    self.file = file
  }

  @inline(__always)
  subscript(index: Int) -> FrameReference { links[index].sender }

  /// Where the senders of a frame are, no earlier one than asked for last.
  /// - Throws: what the spool throws.
  @inline(__always)
  mutating func indices(of frame: UInt32) throws -> Range<Int> {
    if frame >= limit { try load(frame) }
    while next < links.count, links[next].frame < frame { next += 1 }
    var end = next
    while end < links.count, links[end].frame == frame { end += 1 }
    return next..<end
  }

  /// The stretch that holds a frame.
  @inline(never)
  private mutating func load(_ frame: UInt32) throws {
    next = 0
    guard let shelf, let stretch = shelf.stretch(file: file, frame: frame) else {
      links = []
      limit = .max
      return
    }
    links = try shelf.links(stretch, file: file)
    limit = shelf.end(ofStretch: stretch, file: file)
  }
}

internal import Wire

extension SpoolFile {
  /// Appends the elements as they lie in memory. `Element` is made of plain numbers.
  func append<Element: BitwiseCopyable>(_ elements: [Element]) throws -> SpoolPiece {
    guard !elements.isEmpty else { return SpoolPiece(offset: 0, count: 0) }
    return SpoolPiece(offset: try elements.withUnsafeBytes { try append($0) }, count: elements.count)
  }

  /// The elements of a piece that was appended as such.
  func read<Element: BitwiseCopyable>(_ piece: SpoolPiece, as element: Element.Type) throws -> [Element] {
    guard piece.count > 0 else { return [] }
    return try [Element](unsafeUninitializedCapacity: piece.count) { buffer, filled in
      try read(
        at: piece.offset,
        into: UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[0..<piece.count * MemoryLayout<Element>.stride]))
      filled = piece.count
    }
  }
}

/// Where some elements wait in a spool's file.
struct SpoolPiece: Sendable {
  var offset: Int64
  var count: Int
}

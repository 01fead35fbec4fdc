/// What may be missing of a case, or wrong with it, when an engineer brings it.
enum CaseVariant: String, CaseIterable {
  case whole
  case noTexts = "no evidence"
  case snaplen = "snaplen 96"
  case lateStart = "first half missing"
  case earlyEnd = "second half missing"
  case clocks = "clocks wrong"

  func applied(to files: PracticeFiles) -> PracticeFiles {
    var files = self == .noTexts ? files.withoutTexts : files
    for index in files.vantages.indices { change(&files.vantages[index].capture, index) }
    return files
  }

  private func change(_ capture: inout SavedCapture, _ number: Int) {
    switch self {
    case .whole, .noTexts: break
    case .snaplen:
      capture.snaplen = 96
      for index in capture.frames.indices {
        capture.frames[index].bytes.removeLast(excess(capture.frames[index].bytes))
      }
    case .lateStart: capture.frames.removeFirst(capture.frames.count / 2)
    case .earlyEnd: capture.frames.removeLast(capture.frames.count - capture.frames.count / 2)
    case .clocks:
      // Minutes apart, and gaining or losing 100 millionths.
      let offset: Int64 = [0, 137, -301, 60][number % 4] * 1_000_000_000 + Int64(number) * 123_456_789
      let gain: Int64 = [0, 100, -100, 50][number % 4]
      let start = capture.frames.first?.time ?? 0
      for index in capture.frames.indices {
        let since = capture.frames[index].time - start
        capture.frames[index].time += offset + since * gain / 1_000_000
      }
    }
  }

  private func excess(_ bytes: [UInt8]) -> Int { max(0, bytes.count - 96) }
}

extension PracticeFiles {
  /// Which of the vantages somebody may have: all, each alone, each two of them.
  func subsets(of variant: CaseVariant) -> [[String]] {
    let all = vantages.map(\.name)
    guard variant != .whole, all.count > 1 else { return [all] }
    let pairs = all.indices.flatMap { one in all[(one + 1)...].map { [all[one], $0] } }
    return [all] + all.map { [$0] } + (variant == .noTexts && all.count > 2 ? pairs : [])
  }
}

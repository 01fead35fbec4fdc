import CaseModel
import CaseStore
import Testing
import Wire

struct TemporarySpoolTests {
  private func read(_ file: any SpoolFile, _ offset: Int64, _ count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    try bytes.withUnsafeMutableBytes { try file.read(at: offset, into: $0) }
    return bytes
  }

  @Test func `pieces of any size come back as they were, however many threads append them`() async throws {
    let file = try TemporarySpool().makeFile()
    let sizes = (0..<400).map { [1, 7, 300, 5_000, 16_383, 16_384, 70_000][$0 % 7] }
    let pieces = try await withThrowingTaskGroup(of: [(Int, Int64)].self) { group in
      for worker in 0..<4 {
        group.addTask {
          try stride(from: worker, to: sizes.count, by: 4).map { number in
            let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: sizes[number])
            return (number, try bytes.withUnsafeBytes { try file.append($0) })
          }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(file.count == Int64(sizes.reduce(0, +)))
    for (number, offset) in pieces {
      let bytes = try read(file, offset, sizes[number])
      #expect(bytes.allSatisfy { $0 == UInt8(truncatingIfNeeded: number) })
    }
  }

  @Test func `a file is read like memory, what was appended last with it`() throws {
    let file = try TemporarySpool().makeFile()
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 11) }
    for piece in [bytes[..<2_999_990], bytes[2_999_990...]] { _ = try piece.withUnsafeBytes { try file.append($0) } }
    let memory = try file.map(bytes.count)
    for _ in 0..<2 { #expect(UnsafeRawBufferPointer(start: memory.base, count: bytes.count).elementsEqual(bytes)) }
    #expect(throws: Failure.self) { try file.map(bytes.count + 1) }
  }

  @Test func `what was never written is an error`() throws {
    let file = try TemporarySpool().makeFile()
    #expect(throws: Failure.self) { try read(file, 0, 1) }
  }

  @Test func `a folder that cannot be written to is named`() throws {
    let failure = #expect(throws: Failure.self) { _ = try TemporarySpool(folder: "/proc/nowhere").makeFile() }
    #expect(failure?.description.contains("/proc/nowhere") == true)
  }
}

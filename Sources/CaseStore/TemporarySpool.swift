internal import CaseModel
internal import Foundation
internal import Glibc
internal import Synchronization
internal import SystemPackage
public import Wire

/// A spool on disk, in files without a name: gone with the process, however it ends.
public struct TemporarySpool: Spool {
  private let folder: String

  /// - Parameter folder: where there is room; the folder that `TMPDIR` names, else `/var/tmp`: `/tmp` is often memory.
  public init(folder: String? = nil) {
    self.folder = folder ?? ProcessInfo.processInfo.environment["TMPDIR"] ?? "/var/tmp"
  }

  /// - Throws: `Failure` when the folder cannot be written to.
  public func makeFile() throws -> any SpoolFile { try TemporarySpoolFile(folder: folder) }
}

private final class TemporarySpoolFile: SpoolFile {
  private let file: FileDescriptor
  private let folder: String
  private let state = Mutex(State())

  /// What was appended last and is not on disk yet: small pieces are gathered.
  private struct State {
    var end: Int64 = 0
    var pending: [UInt8] = []
  }

  private static let worthwhile = 1 << 14

  init(folder: String) throws {
    self.folder = folder
    let path = FilePath("\(folder)/stakeout-spool-\(UUID().uuidString)")
    do {
      file = try FileDescriptor.open(
        path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
    } catch { throw Failure.spool(folder, error) }
    try? FileManager.default.removeItem(atPath: path.string)
  }

  deinit { try? file.close() }

  var count: Int64 { state.withLock { $0.end } }

  func append(_ piece: UnsafeRawBufferPointer) throws -> Int64 {
    let isSmall = piece.count < Self.worthwhile
    let start = try state.withLock { state in
      if !isSmall || state.pending.count + piece.count > Self.worthwhile { try flush(&state) }
      defer { state.end += Int64(piece.count) }
      if isSmall { state.pending.append(contentsOf: piece) }
      return state.end
    }
    if !isSmall { try write(piece, at: start) }
    return start
  }

  private func flush(_ state: inout State) throws {
    guard !state.pending.isEmpty else { return }
    try state.pending.withUnsafeBytes { try write($0, at: state.end - Int64($0.count)) }
    state.pending.removeAll(keepingCapacity: true)
  }

  private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws {
    do {
      try file.writeAll(toAbsoluteOffset: offset, bytes)
    } catch { throw Failure.spool(folder, error) }
  }

  func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws {
    try state.withLock { try flush(&$0) }
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = try file.read(fromAbsoluteOffset: offset + Int64(done), into: rest)
      guard count > 0 else { throw Failure.spool(folder, Errno.ioError) }
      done += count
    }
  }

  func map(_ count: Int) throws -> any SpoolMemory {
    try state.withLock { try flush(&$0) }
    guard count > 0, Int64(count) <= self.count else { throw Failure.spool(folder, Errno.invalidArgument) }
    guard let memory = MappedSpool(descriptor: file.rawValue, count: count) else {
      throw Failure.spool(folder, Errno(rawValue: errno))
    }
    return memory
  }
}

extension Failure {
  fileprivate static func spool(_ folder: String, _ cause: any Error) -> Failure {
    Failure(
      "no-room", what: "could not keep records in a temporary file in `\(folder)` while analysing", cause: "\(cause)",
      hint: "the analysis needs about the captures' size there; name another folder with TMPDIR")
  }
}

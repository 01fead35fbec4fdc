internal import CaseModel
internal import Foundation
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
  private let end = Mutex<Int64>(0)

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

  func append(_ piece: UnsafeRawBufferPointer) throws -> Int64 {
    let start = end.withLock { end in
      defer { end += Int64(piece.count) }
      return end
    }
    do {
      try file.writeAll(toAbsoluteOffset: start, piece)
    } catch { throw Failure.spool(folder, error) }
    return start
  }

  func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = try file.read(fromAbsoluteOffset: offset + Int64(done), into: rest)
      guard count > 0 else { throw Failure.spool(folder, Errno.ioError) }
      done += count
    }
  }
}

extension Failure {
  fileprivate static func spool(_ folder: String, _ cause: any Error) -> Failure {
    Failure(
      "no-room", what: "could not keep records in a temporary file in `\(folder)` while analysing", cause: "\(cause)",
      hint: "the analysis needs about the captures' size there; name another folder with TMPDIR")
  }
}

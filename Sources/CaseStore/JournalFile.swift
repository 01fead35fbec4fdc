public import CaseModel
internal import Synchronization
internal import SystemPackage

/// `journal.jsonl`: opened for appending, one line per entry, never rewritten. May be written to from any task.
///
/// Writing a line never fails the run: the first error is kept and reported at the end.
public final class JournalFile: Sendable {
  private let file: FileDescriptor
  private let firstError = Mutex<String?>(nil)

  /// - Throws: a `Failure` when it cannot be opened.
  public init(_ folder: CaseFolder) throws(Failure) {
    let path = folder.location(CasePath.journal)
    do {
      file = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .append, .closeOnExec], permissions: .ownerReadWrite)
    } catch { throw Failure("case-folder", what: "could not open `\(path)`", cause: "\(error)") }
  }

  deinit { try? file.close() }

  public func append(_ entry: JournalEntry) {
    firstError.withLock { kept in
      let end = try? file.seek(offset: 0, from: .end)
      do { try file.writeAll(try JSONText.line(entry)) } catch {
        kept = kept ?? "\(error)"
        // Half a line, where the disk was full, would spoil the next one.
        if let end { try? file.resize(to: end) }
      }
    }
  }

  /// Why a line is missing, if one is.
  public var error: String? { firstError.withLock { $0 } }
}

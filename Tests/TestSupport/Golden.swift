internal import FoundationEssentials

/// Text that a person has read and found right, kept beside the test that makes it again.
///
/// With `STAKEOUT_RECORD=1` in the environment a golden is rewritten, and the test fails all the same: what was recorded has to be
/// read before it counts. A missing golden fails.
public struct Golden {
  private let path: String

  /// - Parameters:
  ///   - name: relative to the folder of the test's source file.
  ///   - source: the test's own file.
  public init(_ name: String, beside source: String = #filePath) {
    path = source.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/" + name
  }

  /// nil where `text` is the golden; else what is wrong, with the first line that differs.
  public func difference(from text: String) -> String? {
    if ProcessInfo.processInfo.environment["STAKEOUT_RECORD"] == "1" {
      do {
        try Data(text.utf8).write(to: URL(filePath: path))
        return "recorded `\(path)`: read it, then run again without STAKEOUT_RECORD"
      } catch { return "could not record `\(path)`: \(error)" }
    }
    guard let bytes = try? Data(contentsOf: URL(filePath: path)) else {
      return "there is no golden `\(path)`: run once with STAKEOUT_RECORD=1 and read what it wrote"
    }
    let golden = String(decoding: bytes, as: UTF8.self)
    guard golden != text else { return nil }
    let (old, new) = (
      golden.split(separator: "\n", omittingEmptySubsequences: false),
      text.split(separator: "\n", omittingEmptySubsequences: false)
    )
    let line = zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(old.count, new.count)
    return """
      `\(path)` differs from line \(line + 1) on
        golden: \(line < old.count ? old[line] : "(end)")
        now:    \(line < new.count ? new[line] : "(end)")
      """
  }
}

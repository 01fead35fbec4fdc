internal import CaseModel

/// Asks a host for a file's length and SHA-256, by whichever tool it has.
struct FileDigest {
  let path: String
  /// What came of it, which is about what the host has to read.
  let bytes: Int64

  /// A busy host with a slow disk reads 10 MB in a second; one that does nothing at all must not hold the others up for long.
  var timeout: Duration { .seconds(30 + max(0, bytes) / 10_000_000) }
  private static let script: StaticString = """
    bytes=$(wc -c < "$1") || exit 1
    if command -v sha256sum > /dev/null 2>&1; then sum=$(sha256sum < "$1")
    elif command -v busybox > /dev/null 2>&1 && busybox sha256sum < /dev/null > /dev/null 2>&1; then
      sum=$(busybox sha256sum < "$1")
    elif command -v openssl > /dev/null 2>&1; then sum=$(openssl dgst -sha256 -r < "$1")
    elif command -v shasum > /dev/null 2>&1; then sum=$(shasum -a 256 < "$1")
    else sum=
    fi
    echo $bytes ${sum%%[ *]*}
    """

  func run(on remote: some Remote) async throws(Failure) -> SourceFile {
    let command = ShellCommand(script: Self.script, arguments: [path])
    let outcome = try await remote.run(command, timeout: timeout)
    guard outcome.isSuccess, let file = Self.read(outcome.text) else {
      let cause = outcome.errorText.split(separator: "\n").last.map(String.init) ?? "it ended with \(outcome.ending)"
      throw Failure(
        "fetch", host: remote.host, what: "could not verify `\(path)` on \(remote.host)", cause: cause,
        left: "what was fetched is kept")
    }
    return file
  }

  /// `LENGTH [SHA-256]`; anything that is no SHA-256 is no answer.
  static func read(_ text: String) -> SourceFile? {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard let first = words.first, let bytes = Int64(first), bytes >= 0 else { return nil }
    let sum = words.dropFirst().first.map { $0.lowercased() }
    let isSum = sum.map {
      $0.utf8.count == 64 && $0.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
    return SourceFile(bytes: bytes, sha256: isSum == true ? sum : nil)
  }
}

/// Why a file gives no frame at all.
public enum CaptureFileError: Error, Hashable, Sendable, CustomStringConvertible {
  case empty
  /// Compressed; the kind is the tool's name, `gzip`.
  case compressed(String)
  /// The first bytes belong to no capture format, in hexadecimal.
  case notACapture(starts: String)
  /// A capture's first bytes, and then the end.
  case headerCut(format: String, holds: Int, needs: Int)
  case unreadable(String)

  public var description: String {
    switch self {
    case .empty: "the file is empty: the capture ended before its header was written"
    case .compressed(let kind): "the file is compressed with `\(kind)`; decompress it first"
    case .notACapture(let starts): "the file is neither pcap nor pcapng: it starts with `\(starts)`"
    case .headerCut(let format, let holds, let needs):
      "the \(format) header is cut off: \(holds) of \(needs) bytes are there"
    case .unreadable(let cause): "the file could not be read: \(cause)"
    }
  }
}

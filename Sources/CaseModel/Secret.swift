/// A password or a passphrase. Prints as `<redacted>`, whoever prints it.
public struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public let revealed: String

  public init(_ text: String) { revealed = text }
  public var description: String { "<redacted>" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}

public import CaseModel

extension Playbook {
  /// One capture; on a role of several hosts it becomes several vantages.
  public struct Capture: Hashable, Sendable {
    /// The vantage's name; nil takes HOST or HOST.CONTAINER.
    public var name: VantageName?
    public var on: Target
    public var interfaces: Interfaces
    public var filter: Filter
    public var limits: Limits
    /// Whole packets rather than headers.
    public var payload: Bool
    /// Bytes of each packet, if the author named a number.
    public var snaplen: Int?
    /// Of the kernel's ring between the network and the file; nil leaves it to the capturing tool (2 MiB).
    public var buffer: ByteCount?
    /// nil for both.
    public var direction: Direction?
    public var mark: SourceMark

    /// As the host sees it.
    public enum Direction: String, Sendable, CaseIterable {
      case incoming = "in"
      case outgoing = "out"
    }

    public init(
      name: VantageName? = nil, on: Target, interfaces: Interfaces = .any, filter: Filter = .everything,
      limits: Limits = Limits(), payload: Bool = false, snaplen: Int? = nil, buffer: ByteCount? = nil,
      direction: Direction? = nil, mark: SourceMark
    ) {
      self.name = name
      self.on = on
      self.interfaces = interfaces
      self.filter = filter
      self.limits = limits
      self.payload = payload
      self.snaplen = snaplen
      self.buffer = buffer
      self.direction = direction
      self.mark = mark
    }

    /// What the capturing tool is told, in bytes.
    public var effectiveSnaplen: Int { snaplen ?? (payload ? Playbook.wholePackets : Playbook.defaultSnaplen) }
  }

  public enum Interfaces: Hashable, Sendable {
    /// All of the namespace, through Linux's `any`.
    case any
    case named([Marked<String>])
  }

  public struct Filter: Hashable, Sendable {
    public enum Origin: Hashable, Sendable {
      /// Nothing was asked for: every packet.
      case everything
      /// `flow: { port }`, expanded.
      case flow([Port])
      /// The author's own pcap-filter text.
      case written
    }

    public var origin: Origin
    /// In pcap-filter's language; empty takes every packet.
    public var text: String
    public var mark: SourceMark?

    public init(_ origin: Origin, text: String, mark: SourceMark?) {
      self.origin = origin
      self.text = text
      self.mark = mark
    }

    public static let everything = Filter(.everything, text: "", mark: nil)
  }

  /// What ends a capture by itself, on its host.
  public struct Limits: Hashable, Sendable {
    /// nil leaves it to the wait.
    public var duration: Duration?
    /// The total on the host.
    public var size: ByteCount
    public var packets: Int?
    /// How many files the size is cut in, the newest kept; nil for one file that ends when it is full.
    public var ring: Int?
    /// Whether the author named a size.
    public var sizeIsWritten: Bool

    public init(
      duration: Duration? = nil, size: ByteCount = Playbook.defaultSize, packets: Int? = nil, ring: Int? = nil,
      sizeIsWritten: Bool = false
    ) {
      self.duration = duration
      self.size = size
      self.packets = packets
      self.ring = ring
      self.sizeIsWritten = sizeIsWritten
    }
  }
}

public import Checks

extension Playbook {
  /// A check before the captures start and after they stop.
  public struct Check: Hashable, Sendable {
    /// What is asked: a check of the catalog by its id, and its operands.
    public var order: CheckOrder
    public var on: Target
    /// Also in between, this often.
    public var every: Duration?
    public var mark: SourceMark

    public init(order: CheckOrder, on: Target, every: Duration? = nil, mark: SourceMark) {
      self.order = order
      self.on = on
      self.every = every
      self.mark = mark
    }
  }

  /// Kernel tracepoints, `subsystem:event`, through a tracing instance of the case's own.
  public struct Trace: Hashable, Sendable {
    public var on: Target
    public var events: [Marked<String>]
    public var mark: SourceMark

    public init(on: Target, events: [Marked<String>], mark: SourceMark) {
      self.on = on
      self.events = events
      self.mark = mark
    }
  }

  /// A temporary change to a host, made only when the user allows changes, and undone.
  public struct Instrument: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable { case logInvalid = "log-invalid" }

    public var kind: Kind
    public var on: Target
    public var mark: SourceMark

    public init(kind: Kind, on: Target, mark: SourceMark) {
      self.kind = kind
      self.on = on
      self.mark = mark
    }
  }

  public struct Log: Hashable, Sendable {
    public enum Source: Hashable, Sendable {
      case container
      case file(String)
      /// A unit of the systemd journal.
      case journal(String)
      case kernel
    }

    public var name: String
    public var on: Target
    public var source: Source
    public var mark: SourceMark

    public init(name: String, on: Target, source: Source, mark: SourceMark) {
      self.name = name
      self.on = on
      self.source = source
      self.mark = mark
    }
  }

  /// An SSLKEYLOGFILE on a host.
  public struct KeyLog: Hashable, Sendable {
    public var on: Target
    public var file: String
    public var mark: SourceMark

    public init(on: Target, file: String, mark: SourceMark) {
      self.on = on
      self.file = file
      self.mark = mark
    }
  }

  /// A hint for the analysis: `bad`, `good`, `request-id`, or any name, and a text or pattern.
  public struct LookFor: Hashable, Sendable {
    public var name: String
    public var text: String
    public var mark: SourceMark

    public init(name: String, text: String, mark: SourceMark) {
      self.name = name
      self.text = text
      self.mark = mark
    }
  }
}

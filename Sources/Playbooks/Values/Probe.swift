public import CaseModel

extension Playbook {
  /// Traffic that reproduces the fault or measures, started once every capture is confirmed to be recording.
  public struct Probe: Hashable, Sendable {
    public enum Action: Hashable, Sendable {
      /// Payload sizes in bytes; `df` forbids fragmentation.
      case ping(to: Destination, sizes: [Int], df: Bool)
      case connect(to: Destination, ports: [Port])
      /// One command by its words, no shell.
      case run([String])
      /// A script for `sh`; the playbook's variables arrive as its environment.
      case shell(String)
    }

    /// Whose programs are used where the role lives in a container.
    public enum Tools: String, Hashable, Sendable, CaseIterable { case container, host }

    public var name: String
    public var on: Target
    public var action: Action
    /// In the background until the wait ends, this often; nil runs in the foreground.
    public var every: Duration?
    /// How many times in the foreground.
    public var times: Int
    public var timeout: Duration?
    public var tools: Tools
    public var become: Bool
    public var mark: SourceMark

    public init(
      name: String, on: Target, action: Action, every: Duration? = nil, times: Int = 1, timeout: Duration? = nil,
      tools: Tools = .container, become: Bool = false, mark: SourceMark
    ) {
      self.name = name
      self.on = on
      self.action = action
      self.every = every
      self.times = times
      self.timeout = timeout
      self.tools = tools
      self.become = become
      self.mark = mark
    }
  }

  /// Whom a probe speaks to.
  public enum Destination: Hashable, Sendable {
    case all
    case role(RoleName)
    /// An address or a host name, resolved on the probing host.
    case address(String)
  }
}

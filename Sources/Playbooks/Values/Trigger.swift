public import CaseModel

extension Playbook {
  /// What ends the wait; anything but a duration also defines the fault.
  public struct Trigger: Hashable, Sendable {
    public enum Event: Hashable, Sendable {
      /// A line of that log matches a POSIX extended regular expression.
      case log(from: String, matches: String)
      case probeFails(probe: String, times: Int)
      /// That many packets in one capture.
      case packets(capture: VantageName, count: Int)
      /// One packet of that capture that also passes a filter.
      case packet(capture: VantageName, matches: Marked<String>)
      /// A kernel counter, as `nstat` calls it, that rises by more than so much.
      case counter(name: String, on: Target, risesBy: Int)
      case duration(Duration)
    }

    public var event: Event
    public var mark: SourceMark

    public init(_ event: Event, mark: SourceMark) {
      self.event = event
      self.mark = mark
    }
  }
}

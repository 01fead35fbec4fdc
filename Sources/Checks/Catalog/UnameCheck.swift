/// The kernel's release.
public struct UnameCheck: Check {
  public static let id = "uname"
  public static let about = """
    The kernel's release
    Reads `uname -r`. What a kernel can do wrong depends on it: `tcp_tw_recycle` is gone since 4.12, and the way connection
    tracking judges segments ahead of the window changed in 6.1.
    """
  public static let operands = CheckOperands.none

  public init(_ order: CheckOrder) throws(CheckOrder.Refusal) {}

  public var requests: [ReadoutRequest] { [ReadoutRequest(.uname)] }

  public func judge(_ readouts: PhasedReadouts) -> [Judgement] {
    let (before, after) = readouts.ends(.uname) { KernelVersion(parsing: $0) }
    let release = (after ?? before ?? nil)?.release
    return [
      Judgement(
        check: Self.id, subject: "kernel", outcome: release == nil ? .absent : .noted,
        before: before??.release, after: after??.release,
        says: release.map { "the kernel is \($0)" } ?? "the kernel's release was not read")
    ]
  }
}

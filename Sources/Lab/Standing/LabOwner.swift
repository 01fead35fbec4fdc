internal import CaseModel
internal import Glibc
internal import SystemPackage

/// This process's hold on its lab: one end of a socket pair whose other the lab's guard reads. However this process ends, the
/// kernel closes it, and the guard tears the lab down.
final class LabOwner: Sendable {
  private let hold: FileDescriptor

  private init(hold: FileDescriptor) { self.hold = hold }

  deinit { try? hold.close() }

  /// Starts the guard, in a session of its own.
  static func start(_ folder: LabFolder, delay: Duration) async throws(Failure) -> LabOwner {
    var ends: [Int32] = [-1, -1]
    // Closed on exec from its first moment: a child that kept our end would keep the guard from noticing.
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw Failure("lab-guard", what: "could not guard lab \(folder.name)", cause: String(cString: strerror(errno)))
    }
    if let owner = ProcessIdentity(running: "self") { try folder.note("owner \(owner)") }
    let read = FileDescriptor(rawValue: ends[0])
    let owner = LabOwner(hold: FileDescriptor(rawValue: ends[1]))
    defer { try? read.close() }
    let launcher: StaticString = #"exec 3<&0; setsid /bin/sh "$@" <&3 3<&- >/dev/null 2>&1 &"#
    try await LocalCommand([
      "sh", "-c", "\(launcher)", "launcher", "\(folder.path)/guard.sh", folder.path, "\(delay.components.seconds)",
    ]).run(input: read)
    return owner
  }
}

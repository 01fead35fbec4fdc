internal import CLinux
internal import CaseModel
internal import Glibc
internal import Synchronization

/// The one thread of a session: it runs the jobs of the session's actor, and between them sleeps in poll(2) on the
/// descriptors that they wait for.
///
/// A handle of libssh2 thus lives on one thread, times are stamped there without a switch in between, and nothing blocks the
/// cooperative pool. The thread ends when the last reference to this object goes.
final class SessionThread: SerialExecutor {
  private let waiting: Waiting

  init() throws(Failure) {
    let wake = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard wake >= 0 else { throw .noThread(errno) }
    let waiting = Waiting(wake: wake)
    self.waiting = waiting
    let status = startThread {
      while waiting.turn() {}
      waiting.closeWake()
    }
    guard status == 0 else {
      waiting.closeWake()
      throw .noThread(status)
    }
  }

  deinit { waiting.stop() }

  func enqueue(_ job: consuming ExecutorJob) {
    waiting.enqueue(Job(job: UnownedJob(job), executor: self))
  }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

  /// Suspends until one of `waits` is ready (or its descriptor broken), the deadline passes, or the task is cancelled.
  func wait(
    on waits: [Wait], until deadline: Deadline?, cancellable: Bool = true,
    isolation: isolated (any Actor)? = #isolation
  ) async -> Readiness {
    let id = waiting.newID()
    guard cancellable else {
      return await withCheckedContinuation {
        waiting.add(Waiter(id: id, waits: waits, deadline: deadline, continuation: $0))
      }
    }
    let readiness = await withTaskCancellationHandler {
      // Without this capture the closure would leave the thread, and what happens on it meanwhile would be missed.
      _ = isolation
      return await withCheckedContinuation {
        waiting.add(Waiter(id: id, waits: waits, deadline: deadline, continuation: $0))
      }
    } onCancel: {
      waiting.cancel(id)
    }
    waiting.forget(id)
    return readiness
  }

  /// Resumes all who wait to read `descriptor`: what they wait for may have been read by another.
  func rouse(_ descriptor: Int32) {
    waiting.resume { waiter in
      waiter.waits.contains { $0.descriptor == descriptor && $0.events & POLLIN != 0 } ? .ready : nil
    }
  }
}

/// A descriptor and the events of poll(2) that are waited for on it.
struct Wait: Sendable {
  let descriptor: Int32
  let events: Int32
}

/// Why a wait ended.
enum Readiness: Sendable {
  case ready
  case expired
  case cancelled
}

/// A job keeps its executor alive until it has run.
private struct Job: Sendable {
  let job: UnownedJob
  let executor: SessionThread
}

private struct Waiter: Sendable {
  let id: UInt64
  let waits: [Wait]
  let deadline: Deadline?
  let continuation: CheckedContinuation<Readiness, Never>
}

/// What the thread has to do and to wait for; shared with whoever gives it work.
private final class Waiting: Sendable {
  private struct State {
    var jobs: [Job] = []
    var waiters: [Waiter] = []
    /// Cancelled before they began to wait.
    var cancelled: Set<UInt64> = []
    var lastID: UInt64 = 0
    var isStopped = false
    var wake: Int32
  }

  private let state: Mutex<State>

  init(wake: Int32) { state = Mutex(State(wake: wake)) }

  func enqueue(_ job: Job) {
    state.withLock {
      $0.jobs.append(job)
      signal($0.wake)
    }
  }

  func stop() {
    state.withLock {
      $0.isStopped = true
      signal($0.wake)
    }
  }

  func closeWake() {
    state.withLock {
      if $0.wake >= 0 { Glibc.close($0.wake) }
      $0.wake = -1
    }
  }

  func newID() -> UInt64 {
    state.withLock {
      $0.lastID &+= 1
      return $0.lastID
    }
  }

  /// Called on the thread itself, which therefore need not be woken.
  func add(_ waiter: Waiter) {
    let wasCancelled = state.withLock { state in
      if state.cancelled.remove(waiter.id) != nil { return true }
      state.waiters.append(waiter)
      return false
    }
    if wasCancelled { waiter.continuation.resume(returning: .cancelled) }
  }

  func cancel(_ id: UInt64) {
    let waiter = state.withLock { state -> Waiter? in
      guard let index = state.waiters.firstIndex(where: { $0.id == id }) else {
        state.cancelled.insert(id)
        return nil
      }
      return state.waiters.remove(at: index)
    }
    waiter?.continuation.resume(returning: .cancelled)
  }

  func forget(_ id: UInt64) {
    state.withLock { _ = $0.cancelled.remove(id) }
  }

  func resume(_ why: (Waiter) -> Readiness?) {
    var resumed: [(Waiter, Readiness)] = []
    state.withLock { state in
      state.waiters.removeAll { waiter in
        guard let readiness = why(waiter) else { return false }
        resumed.append((waiter, readiness))
        return true
      }
    }
    for (waiter, readiness) in resumed { waiter.continuation.resume(returning: readiness) }
  }

  /// One turn of the thread: what is to be run, or else one sleep. False when there will never be anything more.
  func turn() -> Bool {
    let (jobs, isStopped) = state.withLock { state in
      defer { state.jobs.removeAll() }
      return (state.jobs, state.isStopped)
    }
    for job in jobs { job.job.runSynchronously(on: job.executor.asUnownedSerialExecutor()) }
    if jobs.isEmpty {
      if isStopped { return false }
      sleep()
    }
    return true
  }

  private func sleep() {
    var (polled, deadline) = state.withLock { state in (descriptors(state), state.waiters.compactMap(\.deadline).min())
    }
    let count = poll(&polled, nfds_t(polled.count), deadline?.pollMilliseconds ?? -1)
    if count > 0, polled[0].revents != 0 { drain(polled[0].fd) }
    var ready: [Int32: Int32] = [:]
    if count > 0 { for entry in polled.dropFirst() { ready[entry.fd] = Int32(entry.revents) } }
    let now = Deadline.now
    resume { waiter in
      let broken = POLLERR | POLLHUP | POLLNVAL
      if waiter.waits.contains(where: { (ready[$0.descriptor] ?? 0) & ($0.events | broken) != 0 }) { return .ready }
      if let deadline = waiter.deadline, deadline <= now { return .expired }
      return nil
    }
  }

  private func descriptors(_ state: State) -> [pollfd] {
    var events: [Int32: Int32] = [:]
    for wait in state.waiters.lazy.flatMap(\.waits) { events[wait.descriptor, default: 0] |= wait.events }
    return [pollfd(fd: state.wake, events: Int16(POLLIN), revents: 0)]
      + events.map { pollfd(fd: $0.key, events: Int16(truncatingIfNeeded: $0.value), revents: 0) }
  }

  private func signal(_ wake: Int32) {
    var one: UInt64 = 1
    _ = write(wake, &one, 8)
  }

  private func drain(_ wake: Int32) {
    var count: UInt64 = 0
    _ = read(wake, &count, 8)
  }
}

/// Starts a detached thread that takes no signals: they are the main program's. The result is 0 or an errno.
private func startThread(_ body: @escaping @Sendable () -> Void) -> Int32 {
  final class Start: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var all = sigset_t()
  var before = sigset_t()
  sigfillset(&all)
  pthread_sigmask(SIG_SETMASK, &all, &before)
  defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
  let start = Unmanaged.passRetained(Start(body))
  var thread = pthread_t()
  let status = pthread_create(
    &thread, nil,
    { argument in
      if let argument { Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body() }
      return nil
    }, start.toOpaque())
  if status == 0 { pthread_detach(thread) } else { start.release() }
  return status
}

extension Failure {
  fileprivate static func noThread(_ status: Int32) -> Failure {
    Failure(
      "no-thread", what: "could not start a thread for a session", cause: String(cString: strerror(status)),
      hint: "lower `--forks`, or raise the limit of open files and processes (`ulimit -n`, `ulimit -u`)")
  }
}

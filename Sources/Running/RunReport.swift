public import CaseModel

/// What a run tells whoever watches it.
public enum RunReport: Sendable {
  /// What one host is doing from now on.
  case host(HostName, String)
  /// How far it has come with that.
  case progress(HostName, String)
  /// Every capture that could start is confirmed to record: the wait begins.
  case recording(hosts: Int, wait: Duration)
  /// Something about the run as a whole.
  case run(String)
  case failure(Failure)
}

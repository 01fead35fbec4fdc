internal import CLibSSH2
public import CaseModel

extension SSHSession {
  public func fetch(_ path: String, to local: String) async throws(Failure) -> SourceFile {
    throw .unsupported(host, "later")
  }
}

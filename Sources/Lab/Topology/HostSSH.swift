internal import CaseModel
internal import Glibc

/// One host's sshd: its configuration, its key, and whom it lets in.
struct HostSSH {
  let folder: LabFolder
  let host: HostName
  let port: UInt16

  private var place: String { "\(folder.hostFolder(host))/etc-ssh" }
  private var hostKey: String { "\(place)/ssh_host_ed25519_key" }

  /// The host sees this folder as `/etc/ssh`. Its users' home is its own: what this machine's shells read at their start may
  /// take longer than every command of a run.
  func prepare() async throws(Failure) {
    try await Self.makeKey(hostKey, comment: host.text)
    try folder.write(folder.read("\(folder.clientKey).pub") ?? "", to: "\(place)/authorized_keys")
    try folder.write(
      """
      Port \(port)
      HostKey /etc/ssh/ssh_host_ed25519_key
      PidFile /run/sshd.pid
      AuthorizedKeysFile /etc/ssh/authorized_keys
      PermitRootLogin prohibit-password
      PasswordAuthentication no
      KbdInteractiveAuthentication no
      UsePAM no
      UseDNS no
      StrictModes no
      MaxStartups 200
      MaxSessions 100
      PrintMotd no
      Subsystem sftp internal-sftp
      SetEnv HOME=/run/home

      """, to: "\(place)/sshd_config")
  }

  /// Lets `ssh` and Stakeout know the host's key.
  func appendKnownHost(at address: String) throws(Failure) {
    let key = (folder.read("\(hostKey).pub") ?? "").split(separator: " ").prefix(2).joined(separator: " ")
    try folder.write((folder.read(folder.knownHosts) ?? "") + "[\(address)]:\(port) \(key)\n", to: folder.knownHosts)
  }

  static func makeKey(_ path: String, comment: String) async throws(Failure) {
    try await LocalCommand(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", path]).run()
  }
}

internal import CaseModel

/// How the lab's hosts are reached, as Stakeout and as ssh want it.
struct LabInventory {
  let folder: LabFolder
  let hosts: [LabHost]

  func write() throws(Failure) {
    try folder.write(inventory, to: folder.inventory)
    try folder.write(sshConfig, to: folder.sshConfig)
  }

  var inventory: String {
    var text = "# The hosts of lab \(folder.name). Gone when it comes down.\nhosts:\n"
    for host in hosts {
      text += """
          \(host.name):
            address: \(host.managementAddress)
            port: \(host.sshPort)
            user: root
            private_key: \(quoted(folder.clientKey))
            known_hosts: \(quoted(folder.knownHosts))
            roles: [\(host.roles.map(\.text).joined(separator: ", "))]

        """
    }
    return text
  }

  var sshConfig: String {
    hosts.map { host in
      """
      Host \(host.name)
        HostName \(host.managementAddress)
        Port \(host.sshPort)
        User root
        IdentityFile "\(folder.clientKey)"
        IdentitiesOnly yes
        UserKnownHostsFile "\(folder.knownHosts)"

      """
    }.joined(separator: "\n")
  }

  /// A double-quoted YAML scalar.
  private func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

internal import CaseModel

extension Inventory {
  /// What `--host client=web1 --host server=db1` says; a host named for several roles plays them all. `USER@HOST` gives a user.
  public init(_ arguments: [(role: String, host: String)]) {
    self.init(file: "--host")
    for (role, text) in arguments {
      let at = text.lastIndex(of: "@")
      let name = HostName(String(at.map { text[text.index(after: $0)...] } ?? text[...]))
      if let index = hosts.firstIndex(where: { $0.name == name }) {
        hosts[index].roles.append(RoleName(role))
      } else {
        hosts.append(Host(name: name, user: at.map { String(text[..<$0]) }, roles: [RoleName(role)]))
      }
    }
  }
}

internal import CaseModel

/// What every section needs to know of the others: which roles there are, and where Problems go.
struct PlaybookContext {
  /// Of any section. Some are compared with each other.
  static let mostEntries = 500

  let log: ProblemLog
  var roles: [Playbook.Role] = []
  /// Names that stand in the text under `roles`, also where the role itself could not be read.
  var roleNames: [String] = []

  /// `on:`, which everything but roles needs.
  func target(_ keys: inout Keys) -> Playbook.Target? {
    guard let value = keys.need("on", hint: "`on` names a role, a list of roles, or `all`") else { return nil }
    return target(value)
  }

  private func target(_ value: YAMLValue) -> Playbook.Target? {
    if case .text("all") = value.content { return .all }
    let items = log.list(value)
    guard !items.isEmpty else { return log.refuse(value, "on", "a role, a list of roles, or `all`") }
    let roles = items.compactMap { item in
      log.text(item, "on").flatMap { role($0, at: item.mark) }
    }
    return roles.count == items.count ? .roles(roles) : nil
  }

  private func role(_ name: String, at mark: SourceMark) -> Marked<RoleName>? {
    guard roleNames.contains(name) else {
      log.error(
        mark, "there is no role \(Sentence.quote(name))",
        hint: NearMiss.hint(name, among: roleNames) { "roles are \($0)" } ?? "say where it lives under `roles:`")
      return nil
    }
    if roles.first(where: { $0.name.text == name })?.external != nil {
      log.error(
        mark, "role `\(name)` is external: there is no login, so nothing can be done on it",
        hint: "an external role has a place in the verdict; probes can go `to` it")
      return nil
    }
    return Marked(RoleName(name), mark)
  }

  /// The entries of a section that is a list of mappings.
  func entries(_ value: YAMLValue?, _ section: String) -> [YAMLValue] {
    guard let value else { return [] }
    guard case .list(let list) = value.content else {
      log.error(value.mark, "`\(section)` must be a list, not \(value.form)", hint: "each entry opens with `- `")
      return []
    }
    guard list.count <= Self.mostEntries else {
      log.error(value.mark, "`\(section)` has \(list.count) entries, and \(Self.mostEntries) is the most")
      return []
    }
    return list
  }

  /// Names of one section, each once.
  func refuseRepeats(_ names: [Marked<String>], _ what: String) {
    var first: [String: SourceMark] = [:]
    for name in names {
      if let earlier = first[name.value] {
        log.error(
          name.mark, "there is a \(what) \(Sentence.quote(name.value)) already, on line \(earlier.line)",
          hint: "each \(what) has a name of its own")
      } else {
        first[name.value] = name.mark
      }
    }
  }
}

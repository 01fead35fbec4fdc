/// Reads an inventory, or says everything that is wrong with it.
///
/// - Parameter file: as the user named it, for messages.
public func parseInventory(_ text: String, file: String) -> Parsed<Inventory> {
  let log = ProblemLog(file: file)
  switch ForeignInventory.form(of: text) {
  case .ini:
    let inventory = AnsibleINI.read(text, log: log).inventory(file: file)
    return Parsed(inventory, log.problems)
  case .vault:
    log.error(
      SourceMark(line: 1, column: 1), "this is an Ansible vault, which is not opened here",
      hint: "`ansible-vault view` shows it; keys, an agent and `-K` need no secret in a file")
    return Parsed(nil, log.problems)
  case nil: break
  }
  let document = YAMLDocument.read(text, file: file)
  guard let root = document.root else { return Parsed(nil, document.problems) }
  if ForeignInventory.isAnsible(root) {
    let inventory = AnsibleTree.read(root, log: log).inventory(file: file)
    return Parsed(inventory, log.problems)
  }
  return Parsed(InventoryKeys(log: log).read(root, file: file), log.problems)
}

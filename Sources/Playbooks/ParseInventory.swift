/// Reads an inventory, or says everything that is wrong with it.
///
/// - Parameter file: as the user named it, for messages.
public func parseInventory(_ text: String, file: String) -> Parsed<Inventory> {
  let log = ProblemLog(file: file)
  if let form = ForeignInventory.form(of: text) { return foreign(form, log) }
  let document = YAMLDocument.read(text, file: file)
  guard let root = document.root else { return Parsed(nil, document.problems) }
  if let form = ForeignInventory.form(of: root) { return foreign(form, log) }
  return Parsed(InventoryKeys(log: log).read(root, file: file), log.problems)
}

private func foreign(_ form: String, _ log: ProblemLog) -> Parsed<Inventory> {
  log.error(
    SourceMark(line: 1, column: 1), "this is \(form), which cannot be read yet",
    hint: "write `hosts: { web1: { address: 10.0.0.5, user: ops, roles: [client] } }`")
  return Parsed(nil, log.problems)
}

/// Reads an inventory, or says everything that is wrong with it.
public func parseInventory(_ text: String, file: String) -> Parsed<Inventory> {
  Parsed(
    nil, [Problem(.error, file: file, mark: SourceMark(line: 1, column: 1), message: "inventories cannot be read yet")])
}

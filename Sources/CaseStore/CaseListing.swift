internal import FoundationEssentials
internal import SystemPackage

extension CaseFolder {
  /// Every regular file below a folder of the case, as paths of its layout, sorted. Links are not followed.
  public func files(under prefix: String) -> [String] {
    var found: [String] = []
    var waiting = [prefix]
    while let folder = waiting.popLast() {
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: location(folder)) else { continue }
      for name in names {
        let path = folder.isEmpty ? name : "\(folder)/\(name)"
        let kind = (try? FileManager.default.attributesOfItem(atPath: location(path)))?[.type] as? FileAttributeType
        if kind == .typeDirectory { waiting.append(path) } else if kind == .typeRegular { found.append(path) }
      }
    }
    return found.sorted()
  }
}

import Foundation

/// One of the repository's own files, as text.
struct SourceFile {
  /// Within its target: `Catalog/SysctlCheck.swift`.
  let path: String
  let text: String

  var name: String { path.split(separator: "/").last.map(String.init) ?? path }
  var isInCatalog: Bool { path.hasPrefix("Catalog/") }
  /// Without `.swift`.
  var stem: String { String(name.dropLast(6)) }
}

/// The repository's own sources.
enum SourceTree {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// Every Swift file of a target.
  static func files(of target: String) throws -> [SourceFile] {
    let folder = "\(root)/Sources/\(target)"
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
    return try names.filter { $0.hasSuffix(".swift") }.sorted().map {
      SourceFile(path: $0, text: try text("Sources/\(target)/\($0)"))
    }
  }

  static func text(_ path: String) throws -> String { try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8) }

  static var targets: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: "\(root)/Sources").sorted() }
  }

  /// The modules that a target's files import.
  static func imports(of target: String) throws -> Set<String> {
    var modules: Set<String> = []
    for file in try files(of: target) {
      for line in file.text.split(separator: "\n") {
        let words = line.split(separator: " ")
        guard let position = words.firstIndex(of: "import"), position <= 1, words.count > position + 1 else { continue }
        modules.insert(String(words[position + 1]))
      }
    }
    return modules
  }
}

import CaseModel
import CaseStore
import Foundation
import TestSupport
import Wire

/// What a real incident left behind, in memory: `Fixtures/NAME/VANTAGE.pcap`, perhaps compressed, and
/// `Fixtures/NAME/evidence/VANTAGE/`.
struct PracticeFiles: Sendable {
  struct Vantage: Sendable {
    var name: String
    var capture: SavedCapture
    /// What commands said on its host, by the file's name.
    var texts: [String: String]
  }

  let name: String
  var vantages: [Vantage]

  /// Every case that there is.
  static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: fixtureURL("Fixtures", in: .module).path)) ?? []).sorted()

  /// - Parameter vantages: in the order in which they are given to the analysis; all unless told.
  init(_ name: String, vantages: [String]? = nil) throws {
    let folder = fixtureURL("Fixtures/\(name)", in: .module)
    let all = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.contains(".pcap") }.sorted()
    self.name = name
    self.vantages = try (vantages ?? Set(all.map { String($0.prefix { $0 != "." }) }).sorted()).map { vantage in
      let file = all.first { $0.hasPrefix(vantage + ".") } ?? vantage
      return Vantage(
        name: vantage, capture: try SavedCapture(CaptureFileSource.open(folder.appending(path: file).path)),
        texts: try Self.texts(folder.appending(path: "evidence/\(vantage)")))
    }
  }

  private static func texts(_ folder: URL) throws -> [String: String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return try Dictionary(
      uniqueKeysWithValues: names.map { ($0, try String(contentsOf: folder.appending(path: $0), encoding: .utf8)) })
  }

  var withoutTexts: PracticeFiles {
    var files = self
    for index in files.vantages.indices { files.vantages[index].texts = [:] }
    return files
  }

  func only(_ names: [String]) -> PracticeFiles {
    var files = self
    files.vantages = names.compactMap { name in vantages.first { $0.name == name } }
    return files
  }

  /// As a case folder holds them; each vantage is a host of its own.
  var manifest: Manifest {
    let captures = vantages.map {
      CaptureRecord(vantage: VantageName($0.name), files: [path($0)], host: HostName($0.name))
    }
    return Manifest(
      id: "practice", tool: "test", state: .complete, hosts: captures.map { HostRecord(name: $0.host, roles: []) },
      captures: captures)
  }

  var tree: FileTreeInMemory {
    var files: [String: [UInt8]] = [:]
    for vantage in vantages {
      files[path(vantage)] = vantage.capture.bytes
      for (name, text) in vantage.texts {
        files["\(CasePath.folder(HostName(vantage.name), .host))/checks/\(name)"] = Array(text.utf8)
      }
    }
    return FileTreeInMemory(files)
  }

  private func path(_ vantage: Vantage) -> String {
    CasePath.capture(HostName(vantage.name), .host, VantageName(vantage.name))
  }
}

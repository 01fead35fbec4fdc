public import CaseModel
internal import Glibc

/// A lab found on this machine, whoever brought it up.
public struct StandingLab: Sendable, Hashable {
  public let name: String
  /// Which incident it holds; nil where its folder does not say.
  public let incident: String?
  public let inventoryPath: String
  public let folderPath: String
  /// The number of the process that brought it up and will take it down, while that runs; nil for a lab that was left standing.
  public let user: Int32?

  /// Ends every process of the lab and removes links and files, also after a crash.
  public func down() async throws(Failure) { try await Lab.down(LabFolder(path: folderPath)) }

  /// Every lab of ours under `root`. A folder that belongs to another user is not looked into.
  public static func all(in root: String = LabOptions().root) -> [StandingLab] {
    LabFolder.all(in: root).compactMap { folder in
      var status = stat()
      guard lstat(folder.path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
        return nil
      }
      let owner = (folder.read(folder.standing) ?? "").split(separator: "\n").first { $0.hasPrefix("owner ") }
        .flatMap { ProcessIdentity($0.dropFirst("owner ".count)) }
      let incident = folder.read(folder.incident)?.split(separator: "\n").first.map(String.init)
      return StandingLab(
        name: folder.name, incident: incident, inventoryPath: folder.inventory, folderPath: folder.path,
        user: owner.flatMap { $0.isRunning ? $0.id : nil })
    }
  }
}

internal import CaseModel
public import Wire

/// A case folder as the evidence reader sees it: everything that was collected, nothing that was derived.
public struct CaseReader: FileTree {
  private let folder: CaseFolder
  public let paths: [String]

  public init(_ folder: CaseFolder) {
    self.folder = folder
    paths = folder.files(under: "hosts") + (folder.exists(CasePath.journal) ? [CasePath.journal] : [])
  }

  public func cited(_ path: String) -> String { path }
  public func open(_ path: String) throws -> any ByteSource {
    let location = folder.location(path)
    return CasePath.isCapture(path) ? try CaptureFileSource.open(location) : try FileByteSource(path: location)
  }
}

internal import ArgumentParser
internal import CaseModel
internal import CaseStore
internal import FoundationEssentials

/// `stakeout init [PLAYBOOK]`: an inventory and a playbook to begin with, in this folder.
struct InitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Put a sample inventory and a playbook into this folder.")

  @Argument(help: "A playbook that comes with Stakeout, as `list playbooks` names it.") var playbook = "what-is-wrong"
  @OptionGroup var verbosity: Verbosity

  func run() async throws {
    let console = verbosity.console
    try await console.reporting {
      let playbookPath = try ShippedPlaybook.path(playbook)
      let copy = "\(ShippedPlaybook.name(playbookPath)).yaml"
      let files = [
        ("inventory.yaml", PackageResources.inventory_yaml),
        (copy, Array(try RunRequest.text(of: playbookPath, "playbook").utf8)),
      ]
      for (path, _) in files where FileManager.default.fileExists(atPath: path) {
        throw Failure(
          "refused", what: "could not write `\(path)`", cause: "there is a file of that name in this folder",
          left: "nothing was written", hint: "move it away, or run `\(Tool.name) init` in another folder")
      }
      for (path, bytes) in files { try write(bytes, to: path) }
      console.result(
        """
        `inventory.yaml` names hosts that do not exist: put yours there
        `\(copy)` says at its top when it helps, what it costs and how to run it
        next: `stakeout doctor -i inventory.yaml`, then `stakeout plan \(copy) -i inventory.yaml`, which touches nothing
        """)
    }
  }

  private func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    do { try AtomicFile.write(bytes, to: path) } catch {
      throw Failure("not-written", what: "could not write `\(path)`", cause: "\(error)".lowercased())
    }
  }
}

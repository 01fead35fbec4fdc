internal import ArgumentParser

@main
struct Stakeout: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stakeout", abstract: "Investigate networks that sometimes fail.")
}

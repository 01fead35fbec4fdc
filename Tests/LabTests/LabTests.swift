import CaseModel
import Glibc
import Testing

@testable import Lab

/// That a lab stands as promised, and that nothing of it stays.
@Suite(.needsLab, .serialized)
struct LabTests {
  private let root: String

  init() throws {
    root = "/var/tmp/lab-tests-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    mkdir(root, 0o700)
  }

  @Test("down removes everything, with traffic running")
  func down() async throws {
    let before = try await Traces.surroundings()
    let lab = try await Lab.up(resetThroughNAT(), options)
    let traces = Traces(of: lab.folderPath)
    #expect(traces.isTelling)
    #expect(StandingLab.all(in: root).map(\.user) == [getpid()])
    try await lab.startTraffic()
    try await lab.down()
    #expect(traces.left() == [])
    #expect(try await Traces.surroundings() == before)
    #expect(rmdir(root) == 0, "the lab's root is not empty")
    try await lab.down()
  }

  @Test("an owner that is killed leaves nothing either")
  func killedOwner() async throws {
    let before = try await Traces.surroundings()
    let root = root
    await #expect(processExitsWith: .signal(SIGKILL)) { [root = root as String] in
      var options = LabOptions()
      options.root = root
      options.guardDelay = .seconds(2)
      let lab = try await Lab.up(ResetThroughNAT(), options)
      try await lab.startTraffic()
      kill(getpid(), SIGKILL)
    }
    let lab = try #require(StandingLab.all(in: root).first)
    let traces = Traces(of: lab.folderPath)
    #expect(lab.user == nil)
    #expect(traces.isTelling, "the lab should outlive its owner for a moment")
    #expect(try await holds { traces.left() == [] })
    #expect(try await Traces.surroundings() == before)
    #expect(rmdir(root) == 0, "the lab's root is not empty")
  }

  @Test("a lab without an owner stands until somebody takes it down")
  func withoutOwner() async throws {
    var options = options
    options.isOwned = false
    let folder = try await Lab.up(resetThroughNAT(), options).folderPath
    let traces = Traces(of: folder)
    let standing = try #require(StandingLab.all(in: root).first { $0.folderPath == folder })
    #expect(standing.incident == "reset-through-nat")
    #expect(standing.user == nil)
    #expect(traces.isTelling)
    try await standing.down()
    #expect(traces.left() == [])
    #expect(rmdir(root) == 0)
  }

  @Test("taking a lab down ends its guard, also while that waits to do the same")
  func waitingGuard() async throws {
    var options = options
    options.guardDelay = .seconds(31_415)
    // Nobody holds the lab beyond this line.
    let folder = try await Lab.up(resetThroughNAT(), options).folderPath
    #expect(try await holds { Traces.areRunning(["sleep", "31415"]) })
    try await StandingLab.all(in: root).first { $0.folderPath == folder }?.down()
    #expect(!Traces.areRunning(["sleep", "31415"]))
    #expect(rmdir(root) == 0)
  }

  @Test("what was laid out is removed when the rest fails")
  func failureHalfway() async throws {
    let failure = await #expect(throws: Failure.self) { try await Lab.up(HalfIncident(), options) }
    #expect(failure?.code == "half")
    #expect(failure?.left == "what was laid out was removed")
    #expect(StandingLab.all(in: root).isEmpty)
    #expect(rmdir(root) == 0)
  }

  @Test("each host is reached by ssh with the files that the lab writes, and has folders of its own")
  func reached() async throws {
    let lab = try await Lab.up(resetThroughNAT(), options)
    do {
      for host in ["client", "gateway", "server"] {
        let said = try await LocalCommand([
          "ssh", "-F", lab.sshConfigPath, host, "hostname; ls /var/tmp; touch /var/tmp/\(host)-was-here",
        ]).run()
        #expect(said == "\(host)\n")
        #expect(access("/var/tmp/\(host)-was-here", F_OK) != 0)
      }
    } catch {
      try? await lab.down()
      throw error
    }
    try await lab.down()
    rmdir(root)
  }

  @Test("the same seed gives the same addresses and ports")
  func seed() async throws {
    let first = LabTopology(folder: LabFolder(path: root), options: LabOptions(seed: 7), peer: "", taken: [])
    let second = LabTopology(folder: LabFolder(path: root), options: LabOptions(seed: 7), peer: "", taken: [])
    let other = LabTopology(folder: LabFolder(path: root), options: LabOptions(seed: 8), peer: "", taken: [])
    let drawn = await (first.network(), first.serviceAddress(), first.port())
    #expect(await (second.network(), second.serviceAddress(), second.port()) == drawn)
    #expect(await (other.network(), other.serviceAddress(), other.port()) != drawn)
    rmdir(root)
  }

  @Test("drawn names are distinct, fit for an interface, and never what the host is")
  func names() async throws {
    var options = LabOptions(seed: 7)
    options.drawsNames = true
    let topology = LabTopology(folder: LabFolder(path: root), options: options, peer: "", taken: [])
    var names: [String] = []
    for plain in ["client", "gateway", "server", "shop", "neighbour"] { names.append(await topology.name(plain)) }
    #expect(Set(names).count == names.count)
    for name in names { #expect(name.wholeMatch(of: /[a-z]{4,7}-?[0-9]{1,2}/) != nil, "\(name)") }
    rmdir(root)
  }

  private var options: LabOptions {
    var options = LabOptions()
    options.root = root
    options.guardDelay = .seconds(1)
    return options
  }

  private func resetThroughNAT() throws -> any Incident {
    try #require(IncidentCatalog.named("reset-through-nat"))
  }
}

/// One host, then nothing goes on.
private struct HalfIncident: Incident {
  let name = "half"
  let shows = ""
  let playbook = ""
  let control = ""
  let expected = ExpectedVerdict(.packetLoss, at: "client")

  func build(in topology: LabTopology, variant: IncidentVariant) async throws(Failure) -> any Scene {
    _ = try await topology.addHost("client", roles: ["client"])
    throw Failure("half", what: "could not go on", cause: "this is as far as it goes")
  }
}

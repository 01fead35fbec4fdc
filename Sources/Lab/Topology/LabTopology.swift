public import CaseModel
internal import Glibc

/// What an incident lays its hosts and links with.
///
/// Every host gets an sshd of its own, reached over a link of its own from the controller, which carries nothing else; its
/// own name, `/var/tmp`, `/var/log`, `/run` and `/etc/ssh`. Links between hosts are veth pairs.
public actor LabTopology {
  public nonisolated let options: LabOptions
  /// The traffic program, to be run inside the hosts.
  public nonisolated let peer: String
  public private(set) var hosts: [LabHost] = []

  let folder: LabFolder
  private var random: SeededRandom
  private let taken: [LabNetwork]
  private var used: [LabNetwork] = []
  private var names: LabNames
  private nonisolated let interfaces: LabNames.InterfaceStyle

  /// - Parameter taken: networks that this machine has routes to: the controller's ways to the hosts must not hide them.
  init(folder: LabFolder, options: LabOptions, peer: String, taken: [LabNetwork]) {
    self.folder = folder
    self.options = options
    self.peer = peer
    self.taken = taken
    var random = SeededRandom(seed: options.seed)
    let names = LabNames(isDrawn: options.drawsNames, using: &random)
    interfaces = names.interfaces
    self.names = names
    self.random = random
  }

  // MARK: Chance

  /// A private /24 that nothing else in the lab has.
  public func network() -> LabNetwork { unusedNetwork(in: LabNetwork(base: 10 << 24, length: 8), length: 24) }

  /// An address of a service that no host has: routed to the gateway, translated there.
  public func serviceAddress() -> String {
    unusedNetwork(in: LabNetwork(base: 192 << 24 | 168 << 16, length: 16), length: 32).address(0)
  }

  /// Below the range of outgoing connections.
  public func port() -> UInt16 { UInt16.random(in: 1024..<32768, using: &random) }

  /// A name for what is called `plain` where names are not drawn; at most 10 characters long.
  public func name(_ plain: String) -> String { names.next(plain, using: &random) }

  /// What a host calls its interface of that number, the first being 0.
  public nonisolated func interface(_ number: Int) -> String { interfaces.name(number) }

  public func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  private func unusedNetwork(in range: LabNetwork, length: Int) -> LabNetwork {
    while true {
      let drawn = UInt32.random(in: 0...UInt32.max, using: &random)
      let hostBits = UInt32.max >> UInt32(range.length)
      let candidate = LabNetwork(base: range.base | drawn & hostBits, length: length)
      guard !used.contains(where: candidate.overlaps) else { continue }
      used.append(candidate)
      return candidate
    }
  }

  /// Not of the seed: labs of the same seed may stand at the same time, and everything else is in namespaces of their own.
  private func managementNetwork() -> LabNetwork {
    while true {
      let network = LabNetwork(base: 172 << 24 | 16 << 16 | UInt32.random(in: 0..<1 << 20), length: 30)
      if !taken.contains(where: network.overlaps) { return network }
    }
  }

  // MARK: Hosts and links

  /// Starts a host with its sshd.
  /// - Parameter plain: its name, where names are not drawn.
  /// - Parameter saysOldKernel: what runs there over ssh is told that the kernel is Linux 2.6 (personality(2)), for emulations
  ///   of what newer kernels do not do.
  public func addHost(
    _ plain: String, roles: [RoleName], saysOldKernel: Bool = false
  ) async throws(Failure) -> LabHost {
    let name = HostName(name(plain))
    let place = folder.hostFolder(name)
    for made in [place, "\(place)/etc-ssh", "\(place)/log", "\(place)/var-tmp"] { try folder.makeFolder(made) }
    chmod("\(place)/log", 0o755)
    chmod("\(place)/var-tmp", 0o1777)
    let sshd = HostSSH(folder: folder, host: name, port: port())
    try await sshd.prepare()

    let launcher: StaticString = #"log=$1; shift; setsid /bin/sh "$@" </dev/null >>"$log" 2>&1 &"#
    let log = "\(place)/log/host.log"
    try await LocalCommand(
      [
        "sh", "-c", "\(launcher)", "launcher", log, "\(folder.path)/launch.sh", folder.path, place, name.text,
        saysOldKernel ? "2.6" : "",
      ]
    ).run()
    let process = try await started(name, place: place)
    let management = managementNetwork()
    let host = LabHost(
      name: name, roles: roles, managementAddress: management.address(2), sshPort: sshd.port, process: process)
    try await manage(host, over: management)
    try sshd.appendKnownHost(at: host.managementAddress)
    hosts.append(host)
    return host
  }

  /// Joins two hosts by a veth pair, the first address of `network` at `a`, the second at `b`.
  /// - Parameters:
  ///   - aNumber: of the interface at `a`; `interface(_:)` says its name.
  ///   - bNumber: of the one at `b`.
  public func connect(
    _ a: LabHost, _ aNumber: Int, _ b: LabHost, _ bNumber: Int, network: LabNetwork
  ) async throws(Failure) {
    let (aInterface, bInterface) = (interface(aNumber), interface(bNumber))
    // Process numbers are meant as seen from here: so only the network namespace is entered.
    try await LocalCommand([
      "nsenter", "--target", "\(a.process.id)", "--net", "--", "ip", "link", "add", "name", aInterface, "type", "veth",
      "peer", "name", bInterface, "netns", "\(b.process.id)",
    ]).run()
    for (host, interface, address) in [
      (a, aInterface, network.address(1)), (b, bInterface, network.address(2)),
    ] {
      try await settle(interface, "\(address)/\(network.length)") { words async throws(Failure) in
        try await host.run(words)
      }
    }
  }

  /// Gives an interface its address and brings it up, wherever `run` runs commands.
  func settle(
    _ interface: String, _ address: String, run: ([String]) async throws(Failure) -> Void
  ) async throws(Failure) {
    if !options.offloads {
      try await run(["ethtool", "-K", interface, "tso", "off", "gso", "off", "gro", "off"])
    }
    try await run(["ip", "address", "add", address, "dev", interface])
    try await run(["ip", "link", "set", "dev", interface, "up"])
    try await run(["sysctl", "-qw", "net.ipv4.conf.\(interface).rp_filter=0"])
  }

  private func started(_ name: HostName, place: String) async throws(Failure) -> ProcessIdentity {
    let log = "\(place)/log/sshd.log"
    let isUp = await Patience.wait {
      folder.read("\(place)/etc-ssh/identity") != nil && folder.read(log)?.contains("Server listening") == true
    }
    guard isUp, let text = folder.read("\(place)/etc-ssh/identity"), let process = ProcessIdentity(text) else {
      let said = (folder.read("\(place)/log/host.log") ?? "") + (folder.read(log) ?? "")
      throw Failure(
        "lab-host", host: name, what: "could not start lab host \(name)",
        cause: said.split(separator: "\n").last.map(String.init) ?? "its sshd did not come up within 10 s")
    }
    return process
  }

  /// The controller's own way to the host.
  private func manage(_ host: LabHost, over network: LabNetwork) async throws(Failure) {
    let outside = "so\(folder.name.suffix(8))\(hosts.count)"
    try folder.note("interface \(outside)")
    try await LocalCommand([
      "ip", "link", "add", "name", outside, "type", "veth", "peer", "name", "mgmt0", "netns", "\(host.process.id)",
    ]).run()
    try await LocalCommand(["ip", "address", "add", "\(network.address(1))/30", "dev", outside]).run()
    try await LocalCommand(["ip", "link", "set", "dev", outside, "up"]).run()
    try await host.run(["ip", "link", "set", "dev", "lo", "up"])
    try await host.run(["ip", "address", "add", "\(network.address(2))/30", "dev", "mgmt0"])
    try await host.run(["ip", "link", "set", "dev", "mgmt0", "up"])
    try await host.setSysctl("net.ipv4.conf.all.rp_filter", 0)
  }
}

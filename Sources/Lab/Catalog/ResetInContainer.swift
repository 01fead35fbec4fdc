internal import CaseModel

//                 host                                      outside
//   +---------------------------------+                   +--------+
//   | [uploader]      docker0    eth0 |-------------------| eth0   |
//   +---------------------------------+.1               .2+--------+
//    a container of a     MASQUERADE by                    takes uploads, and is silent
//    real Docker engine   the engine, conntrack            to what it does not know
//
// An acknowledgment of the outside's, with a sequence number beyond everything that the container's window allows, is INVALID
// for the host's conntrack while `nf_conntrack_tcp_be_liberal` is 0. It is not translated back, so it is addressed to the host
// itself; the host's own stack has no such connection and answers RST, in the container's name and with the exact sequence
// number. The outside's connection is gone, and the container has seen neither: it sends on, and its upload stalls.
//
// The original report's acknowledgment came late, from *below*; since Linux 6.1 conntrack lets those pass, so this one is ahead.

/// Uploads from a container stall and fail; the outside says that our host reset them.
struct ResetInContainer: Incident {
  let name = "reset-in-container"
  let shows = "uploads from a Docker container stall and fail; the outside says that the container's host reset them"
  let playbook = "reset-in-container"
  let control =
    "nf_conntrack_tcp_be_liberal=1 on the container's host: an out-of-window segment is translated like any other"
  let expected = ExpectedVerdict(.conntrackInvalidReset, at: "host")

  func build(in topology: LabTopology, variant: IncidentVariant) async throws(Failure) -> any Scene {
    let host = try await topology.addHost("host", roles: ["host", "client"])
    let outside = try await topology.addHost("outside", roles: ["server"])
    let network = await topology.network()
    try await topology.connect(host, 0, outside, 0, network: network)
    try await host.run(["ip", "route", "add", "default", "via", network.address(2)])
    let engine = try await topology.startEngine(on: host)
    try await host.setSysctl("net.netfilter.nf_conntrack_tcp_be_liberal", 0)
    let remedy = LabRemedy(on: host, "sysctl -w net.netfilter.nf_conntrack_tcp_be_liberal=1")
    if variant == .control { try await remedy.apply() }
    let port = await topology.port()
    // Like many a balancer, the outside tells nobody that it knows of no such connection.
    try await outside.run([
      "iptables", "-A", "OUTPUT", "-p", "tcp", "--sport", "\(port)", "--tcp-flags", "RST", "RST", "-j", "DROP",
    ])
    return await UploadScene(
      peer: topology.peer, host: host, engine: engine, container: topology.name("uploader"), outside: outside,
      interface: topology.interface(0), address: network.address(2), port: port, remedy: remedy,
      burst: topology.number(in: 20...60), ahead: topology.number(in: 500_000...6_000_000),
      isMended: variant == .control)
  }
}

private struct UploadScene: Scene {
  let peer: String
  let host: LabHost
  let engine: DockerEngine
  let container: String
  let outside: LabHost
  /// The outside's.
  let interface: String
  let address: String
  let port: UInt16
  let remedy: LabRemedy?
  /// Of an upload's bytes so many KiB come at once.
  let burst: Int
  /// Bytes by which the acknowledgment is ahead of the container's window.
  let ahead: Int
  let isMended: Bool

  private let outsideLog = "/var/log/uploads.log"

  var variables: [String: String] { ["container": container, "port": "\(port)", "wait": "15s"] }
  var otherVariables: [String: String] { ["client_container": container] }
  var facts: [String: String] { ["outside": address, "log": "docker logs \(container)", "outside_log": outsideLog] }

  var provocation: Provocation {
    Provocation(
      on: outside,
      [
        peer, "stray-ack", "--interface", interface, "--port", "\(port)", "--ahead", "\(ahead)", "--shots",
        isMended ? "3" : "8",
      ])
  }

  /// Uploads of twelve bursts, as a camera or a backup makes them, one after the other.
  private var script: String {
    """
    while :; do
      if {
        printf 'POST /upload HTTP/1.1\\r\\nHost: outside\\r\\nContent-Length: \(12 * burst * 1024)\\r\\n\\r\\n'
        for burst in 1 2 3 4 5 6 7 8 9 10 11 12; do
          dd if=/dev/zero bs=1024 count=\(burst) 2>/dev/null
          sleep 0.25
        done
        sleep 0.5
      } | timeout 9 nc \(address) \(port) | grep -q took; then echo "upload done"; else echo "upload failed"; fi
    done
    """
  }

  func startTraffic() async throws(Failure) {
    try await outside.start([peer, "web", "--listen", "\(address):\(port)"], log: outsideLog)
    try await engine.start(container, script)
    try await outside.waitForText("took", in: outsideLog)
  }

  func provoke() async throws(Failure) {
    let said = try await outside.run(provocation.words)
    guard isMended || said.contains(" died of shot ") else {
      throw Failure(
        "lab-fault", host: outside.name, what: "could not provoke `reset-in-container`",
        cause: "no connection died of the acknowledgments that were sent", hint: "try again; uploads must run")
    }
  }

  func hasHappened() async throws(Failure) -> Bool {
    try await engine.log(of: container).contains("upload failed")
  }
}

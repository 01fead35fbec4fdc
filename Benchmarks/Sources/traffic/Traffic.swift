internal import ArgumentParser
internal import Glibc

/// Writes three captures of the same TCP traffic: at the clients, at the gateway behind its address translation, at the servers.
///
/// Every flow opens, exchanges data both ways, repairs what is lost, and closes. Clocks of gateway and server are off and drift.
/// The same arguments give the same bytes.
@main
struct Traffic: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write client.pcap, gateway.pcap and server.pcap into a folder.")

  @Argument(help: "The folder.") var folder: String
  @Option(help: "Records per capture, about.") var records = 10_000_000
  @Option(help: "Flows.") var flows = 50_000
  @Option(help: "Bytes per data record, 82 to 9000.") var size = 100
  @Option(help: "One in so many data segments is lost on the way; 0 for none.") var lossOneIn = 1_000

  func validate() throws {
    guard (82...9_000).contains(size), records > 0, (1...10_000_000).contains(flows), lossOneIn >= 0 else {
      throw ValidationError("sizes go from 82 to 9000 bytes, flows from 1 to 10000000")
    }
  }

  func run() throws {
    let plan = FlowPlan(records: records, flows: flows, payload: size - Frame.headers)
    var network = try Network(folder: folder, payload: plan.payload)
    var exchange = Exchange(plan: plan, lossOneIn: lossOneIn)
    try exchange.run(through: &network)
    try network.finish()
  }
}

/// How many turns each flow takes to fill the captures.
struct FlowPlan {
  /// A turn of the client, and the answer to it.
  static let dataRecords = 2
  /// SYN, SYN-ACK, ACK; FIN, FIN-ACK, ACK.
  static let frameworkRecords = 6

  let flows: Int
  let dataTurns: Int
  let payload: Int

  init(records: Int, flows: Int, payload: Int) {
    self.flows = flows
    self.payload = payload
    dataTurns = max(1, (records / flows - Self.frameworkRecords) / Self.dataRecords)
  }

  /// Flows that are open together.
  var open: Int { min(flows, 1_000) }
}

import CaseModel
import Lab
import Testing
import Wire

/// That the kernel really does what the incident says, read from packets of all three hosts.
@Suite(.needsLab, .serialized)
struct ResetThroughNATTests {
  @Test("the un-NATed segment ends the server's connection", arguments: [true, false])
  func fault(offloads: Bool) async throws {
    try await withIncident(.fault, offloads: offloads) { lab, captures in
      let before = try await invalid(lab)
      try await lab.provoke()
      #expect(try await holds { try await lab.hasHappened() })
      #expect(try await invalid(lab) > before)

      let backend = try endpoint(lab, "backend")
      let vip = try endpoint(lab, "vip")
      let client = try await captures.client.packets()
      let stray = try #require(client.last { $0.from == backend && $0.payloadLength > 0 })
      let gateway = try await captures.gateway.packets()
      #expect(gateway.contains { $0.direction == .outbound && $0.from == backend && $0.sequence == stray.sequence })
      let reset = try #require(client.first { $0.to == backend && $0.flags.contains(.rst) })
      #expect(reset.sequence == stray.acknowledgment)
      #expect(gateway.contains { $0.to == backend && $0.isReset(like: reset) })
      let server = try await captures.server.packets()
      #expect(server.contains { $0.to == backend && $0.isReset(like: reset) })
      #expect(server.contains { $0.from == backend && $0.flags.contains(.rst) && $0.to == reset.from })
      #expect(client.contains { $0.from == vip && $0.flags.contains(.rst) && $0.to == reset.from })
      #expect(!client.contains { $0.to == vip && $0.flags.contains(.rst) && $0.from == reset.from })
    }
  }

  @Test("with be_liberal nothing breaks", arguments: [true, false])
  func control(offloads: Bool) async throws {
    try await withIncident(.control, offloads: offloads) { lab, captures in
      try await lab.provoke()
      let backend = try endpoint(lab, "backend")
      let client = try await captures.client.packets()
      #expect(!client.isEmpty)
      #expect(!client.contains { $0.from == backend || $0.to == backend })
      #expect(!client.contains { $0.flags.contains(.rst) })
      #expect(try await !lab.hasHappened())
    }
  }

  private struct Captures {
    let client: HostCapture
    let gateway: HostCapture
    let server: HostCapture
  }

  private func withIncident(
    _ variant: IncidentVariant, offloads: Bool, _ body: (RunningLab, Captures) async throws -> Void
  ) async throws {
    var options = LabOptions()
    options.variant = variant
    options.offloads = offloads
    options.guardDelay = .seconds(1)
    let incident = try #require(IncidentCatalog.named("reset-through-nat"))
    let lab = try await Lab.up(incident, options)
    do {
      try await lab.startTraffic()
      let filter = "tcp port \(lab.variables["port"] ?? "")"
      let captures = Captures(
        client: try await HostCapture.start(lab, on: "client", interface: "eth0", filter: filter),
        gateway: try await HostCapture.start(lab, on: "gateway", interface: "any", filter: filter),
        server: try await HostCapture.start(lab, on: "server", interface: "eth0", filter: filter))
      try await body(lab, captures)
    } catch {
      try? await lab.down()
      throw error
    }
    try await lab.down()
  }

  /// conntrack's `invalid`, all processors together.
  private func invalid(_ lab: RunningLab) async throws -> Int {
    let gateway = try #require(lab.hosts.first { $0.name == "gateway" })
    return try await gateway.run(["conntrack", "-S"]).split(separator: " ")
      .compactMap { $0.hasPrefix("invalid=") ? Int($0.dropFirst("invalid=".count)) : nil }.reduce(0, +)
  }

  private func endpoint(_ lab: RunningLab, _ name: String) throws -> Endpoint {
    let parts = try #require(lab.facts[name] ?? lab.variables[name]).split(separator: ".").compactMap { UInt32($0) }
    let port = try #require(lab.variables["port"].flatMap { UInt16($0) })
    return Endpoint(IPAddress(v4: parts.reduce(0) { $0 << 8 | $1 }), port)
  }
}

extension Packet {
  fileprivate var from: Endpoint { Endpoint(source, sourcePort) }
  fileprivate var to: Endpoint { Endpoint(destination, destinationPort) }
  fileprivate func isReset(like other: Packet) -> Bool { flags.contains(.rst) && sequence == other.sequence }
}

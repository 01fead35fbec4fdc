import Testing
import Traffic
import Wire

struct RecordingTests {
  private func recording(_ distance: Lab.Distance = .wan, faults: CaptureFaults = CaptureFaults()) -> Recording {
    let lab = Lab(distance, duration: 2)
    return Recording(lab.network, lab.workload(Lab.Volume().times(0.2), seed: 7), faults: faults, seed: 7)
  }

  private func packets(_ recording: Recording, _ vantage: Int) throws -> [Packet] {
    var sink = ByteArraySink()
    try recording.write(vantage, into: &sink)
    var reader = try CaptureReader(ByteArraySource(sink.bytes))
    var packets: [Packet] = []
    var packet = Packet()
    while reader.next(&packet) { packets.append(packet) }
    #expect(reader.ending.damage == nil)
    return packets
  }

  @Test func `every frame is what its sighting says`() throws {
    let recording = recording()
    for vantage in recording.network.vantages.indices {
      let packets = try packets(recording, vantage)
      #expect(packets.count == recording.frames[vantage].count && !packets.isEmpty)
      for (packet, index) in zip(packets, recording.frames[vantage]) {
        let sighting = recording.sightings[Int(index)]
        #expect(packet.time == sighting.time)
        guard recording.tap(index).tunnel == nil, packet.has.contains(.tcp) else { continue }
        #expect(packet.payloadLength == sighting.length)
        #expect(packet.flags == sighting.flags)
        #expect(packet.identification == sighting.identification)
      }
    }
  }

  @Test func `what was sent arrives whole, and in time`() {
    let recording = recording()
    for (number, connection) in recording.connections.enumerated() {
      guard case .tcp(let turns) = connection.traffic else { continue }
      let last = UInt8(recording.network.routes[connection.route].taps.count - 1)
      let seen = recording.sightings.filter { $0.connection == UInt32(number) }
      let asked =
        seen.filter { $0.isForward && $0.tap == last && $0.length > 0 }.map { $0.start + Int64($0.length) }.max() ?? 1
      let told =
        seen.filter { !$0.isForward && $0.tap == 0 && $0.length > 0 }.map { $0.start + Int64($0.length) }.max() ?? 1
      #expect(asked == turns.reduce(1) { $0 + $1.bytes.forward })
      #expect(told == turns.reduce(1) { $0 + $1.bytes.reverse })
    }
    for sighting in recording.sightings where sighting.upstream >= 0 {
      let before = recording.sightings[Int(sighting.upstream)]
      #expect(before.time < sighting.time)
      #expect(before.start <= sighting.start)
      #expect(sighting.length == 0 || sighting.start < before.start + Int64(before.length))
    }
  }

  @Test func `hosts send more than a segment at once, and cards merge others than were sent`() {
    let recording = recording(.lan)
    func longest(_ vantage: Int, forward: Bool) -> UInt32 {
      recording.frames[vantage].map { recording.sightings[Int($0)] }.filter { $0.isForward == forward }
        .map(\.length).max() ?? 0
    }
    #expect(longest(Lab.client, forward: true) > 2_896)
    #expect(longest(Lab.server, forward: true) > 1_448)
    let inner = recording.sightings.filter { sighting in
      sighting.upstream >= 0 && recording.sightings[Int(sighting.upstream)].start < sighting.start
    }
    #expect(!inner.isEmpty)
  }

  @Test func `lost segments are sent again`() {
    let recording = recording()
    var again = 0
    for sighting in recording.sightings where sighting.tap == 0 && sighting.isForward && sighting.length > 0 {
      let same = recording.sightings.filter {
        $0.connection == sighting.connection && $0.tap == 0 && $0.isForward && $0.length > 0
          && $0.start <= sighting.start && sighting.start < $0.start + Int64($0.length)
      }
      if same.count > 1 { again += 1 }
    }
    #expect(again > 0)
  }

  @Test func `a seed gives the same bytes, another one others`() throws {
    func bytes(_ seed: UInt64) throws -> [UInt8] {
      let lab = Lab(.wan, duration: 1)
      var sink = ByteArraySink()
      try Recording(lab.network, lab.workload(Lab.Volume().times(0.1), seed: seed), seed: seed).write(1, into: &sink)
      return sink.bytes
    }
    #expect(try bytes(1) == bytes(1))
    #expect(try bytes(1) != bytes(2))
  }

  @Test func `what a capture missed has no part in the truth`() {
    var faults = CaptureFaults()
    faults.drops = [0, 0.3, 0.3]
    faults.cut = [0, 0, 500_000_000]
    let whole = recording()
    let recording = whole.recaptured(faults, seed: 3)
    #expect(recording.frames[Lab.client].count == whole.frames[Lab.client].count)
    let kept = Double(recording.frames[Lab.gateway].count) / Double(whole.frames[Lab.gateway].count)
    #expect(abs(kept - 0.7) < 0.1)
    let held = Set(recording.frames.joined())
    for index in held {
      if let upstream = recording.upstream(of: index) { #expect(held.contains(upstream)) }
    }
    #expect(
      recording.frames[Lab.server].allSatisfy {
        recording.sightings[Int($0)].time >= Recording.epoch + 500_000_000
      })
  }

  @Test func `clocks drift, step and slew`() {
    let clock = HostClock(
      offset: 5, drift: 10, steps: [(at: 2_000_000_000, by: -3_600_000_000_000)],
      slews: [(at: 1_000_000_000, for: 8_000_000_000, by: 50)])
    #expect(clock.reading(0, epoch: 0) == 5)
    #expect(clock.reading(1_000_000_000, epoch: 0) == 1_000_000_000 + 5 + 10_000)
    #expect(clock.reading(2_000_000_000, epoch: 0) == 2_000_000_000 + 5 + 20_000 + 50_000 - 3_600_000_000_000)
  }
}

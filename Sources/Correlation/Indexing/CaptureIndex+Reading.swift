internal import Alignment
internal import CaseModel
internal import Evidence
internal import Wire

extension Capture {
  /// Reads all files, each as far as it is good, and puts their records aside in a spool's file.
  /// - Throws: what the spool throws.
  func index(
    folds: TimeFolds = TimeFolds(), into file: any SpoolFile
  ) throws -> GatheredIndex {
    var indexer = Indexer(Gather(file), folds: folds)
    var reading = Reading(vantage: vantage)
    for (number, file) in files.enumerated() { indexer.read(file, UInt16(clamping: number), &reading) }
    var (index, gathered) = indexer.finish()
    index.note(reading, of: self)
    let (records, samples) = try gathered.finish()
    return GatheredIndex(index: index, records: records, samples: samples)
  }
}

/// One capture, read once, and what waits of it.
struct GatheredIndex: Sendable {
  var index: CaptureIndex
  let records: GatheredCapture
  let samples: LinkSamples
}

extension CaptureIndex {
  fileprivate mutating func note(_ reading: Reading, of capture: Capture) {
    interfaces = reading.interfaces
    health.framesByFile = reading.frames
    health.drops = capture.record.drops ?? reading.drops
    health.damage = reading.damage
    doubts = reading.doubts
    doubtHealth(of: capture)
  }

  private mutating func doubtHealth(of capture: Capture) {
    let vantage = capture.vantage
    if health.frames == 0, health.damage == nil {
      doubts.append(Doubt(vantage: vantage, says: "the capture holds no frame", couldHideFault: true))
    }
    if let drops = health.drops, drops > 0 {
      doubts.append(
        Doubt(
          vantage: vantage, says: "\(drops) frames were dropped while capturing: what is missing here may have passed",
          couldHideFault: drops > health.frames / 1_000))
    }
    if health.cutHeaders > 0 {
      doubts.append(
        Doubt(
          vantage: vantage,
          says:
            "\(health.cutHeaders) of \(health.frames) frames were cut before the end of their TCP header\(kept): which connections they are of is not known (`tcpdump -s 192` keeps enough, also of what is in a tunnel)",
          couldHideFault: health.cutHeaders > health.frames / 1_000))
    }
    if health.copies > 0 {
      doubts.append(
        Doubt(
          vantage: vantage,
          says:
            "\(health.copies) frames are copies of others captured just before (a mirror port, a bridge): each packet counts once"
        ))
    }
    if health.backwardSteps > cuts.count {
      doubts.append(
        Doubt(
          vantage: vantage,
          says:
            "timestamps go back by more than 1 ms at \(health.backwardSteps - cuts.count) frames: packets were captured out of order, or the clock was set again and again"
        ))
    }
  }
}

extension CaptureIndex {
  private var kept: String { health.snaplen.map { " (\($0) bytes were kept of each)" } ?? "" }
}

/// What reading the files of one capture brought beside its packets.
struct Reading {
  let vantage: VantageName
  var interfaces: [String] = []
  /// By file.
  var frames: [Int] = []
  var drops: Int?
  var damage: String?
  var doubts: [Doubt] = []

  init(vantage: VantageName) { self.vantage = vantage }

  mutating func doubt(_ file: CaptureFile, _ says: String) {
    let told = "`\(file.cited)`: \(says)"
    damage = damage ?? told
    doubts.append(Doubt(vantage: vantage, says: told, couldHideFault: true))
  }
}

extension Capture {
  /// Reads all files once more for how segments of some conversations begin.
  func contents(of wanted: [Bool]) -> [ContentSample] {
    guard wanted.contains(true) else { return [] }
    var indexer = Indexer(ContentSamples(of: wanted))
    var reading = Reading(vantage: vantage)
    for (number, file) in files.enumerated() { indexer.read(file, UInt16(clamping: number), &reading) }
    return indexer.finish().output.samples
  }
}

extension Indexer {
  mutating func read(_ file: CaptureFile, _ number: UInt16, _ reading: inout Reading) {
    var frames = 0
    defer { reading.frames.append(frames) }
    do {
      var reader = try CaptureReader(file.source)
      var packet = Packet()
      while reader.next(&packet) {
        note(&packet, file: number)
        take(packet, from: reader, file: number)
      }
      frames = Int(reader.frames)
      if let damage = reader.ending.damage { reading.doubt(file, "\(damage); what follows is not known") }
      note(reader.interfaces, &reading)
    } catch {
      reading.doubt(file, "\(error)")
    }
  }

  /// The frame's packet, and what it carries through a tunnel: the inner one first, since that is the one that people ask about.
  @inline(__always)
  private mutating func take(_ packet: Packet, from reader: borrowing CaptureReader, file: UInt16) {
    let mayCarry = packet.transport != 6 && packet.mayCarryPacket
    if mayCarry { takeTunnelled(packet, from: reader, file: file) } else { take(packet, file: file) }
  }

  private mutating func takeTunnelled(_ packet: Packet, from reader: borrowing CaptureReader, file: UInt16) {
    var inner = packet
    guard reader.inner(&inner) else {
      if packet.transport == 17 { noteCut(packet) }
      return take(packet, file: file)
    }
    take(inner, from: reader, file: file)
    takeCarrier(packet, of: inner, file: file)
  }

  private func note(_ interfaces: [CaptureInterface], _ reading: inout Reading) {
    for interface in interfaces {
      if let name = interface.name, !reading.interfaces.contains(name) { reading.interfaces.append(name) }
      guard let dropped = interface.statistics?.dropped else { continue }
      reading.drops = (reading.drops ?? 0) &+ Int(clamping: dropped)
    }
  }
}

import Alignment
import CaseModel
import CaseStore
import Correlation
import Diagnoses
import Evidence
import Foundation
import TestSupport
import Testing
import Wire

@testable import Reporting

/// Whatever a report leans on is there, in the file that it names: a frame, a reading, a line.
struct CitationTests {
  @Test(arguments: SampleCase.all)
  func isThere(name: String) throws {
    let sample = try SampleCase.named(name)
    let frames = try CaseFrames(sample)
    for judged in sample.judgement.findings {
      for citation in judged.finding.citations {
        switch citation {
        case .packet(let packet): check(packet, sample, frames)
        case .check(let reading): check(reading, sample)
        case .log(let log):
          let text = String(decoding: sample.files[log.file] ?? [], as: UTF8.self)
          let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
          #expect(lines.indices.contains(log.line - 1), "\(log.file):\(log.line)")
        }
      }
    }
  }

  /// What flows.json says of a frame is what the frame is.
  @Test(arguments: SampleCase.all)
  func momentsOfFlowsAreWhatTheySay(name: String) throws {
    let sample = try SampleCase.named(name)
    let frames = try CaseFrames(sample)
    func flags(_ vantage: VantageName, _ frame: Int) throws -> [TCPFlags] {
      let file = try #require(sample.scene.timeline.vantages.first { $0.name == vantage }?.files.first)
      return try #require(frames[file, frame]?.packets.map(\.flags), "\(vantage) frame \(frame)")
    }
    for flow in sample.flows {
      for view in flow.vantages ?? [] {
        if let syn = view.handshake?.syn {
          #expect(try flags(view.vantage, syn.frame).contains { $0.intersection([.syn, .ack]) == .syn })
        }
        if let answer = view.handshake?.synAcknowledgment {
          #expect(try flags(view.vantage, answer.frame).contains { $0.isSuperset(of: [.syn, .ack]) })
        }
      }
      for close in flow.closes ?? [] {
        #expect(try flags(close.vantage, close.frame).contains { $0.contains(close.mark == .fin ? .fin : .rst) })
      }
    }
  }

  /// Each display filter, read by the program that it is for, picks the frame that it stands beside and no other of its file.
  @Test func everyFilterPicksItsFrame() throws {
    guard let tshark = try InstalledTool("tshark"), try InstalledTool("mergecap") != nil else { return }
    let samples = try SampleCase.incidents.map { try SampleCase.named($0) }
    let fields = try FilteredFrames(samples, tshark)
    var count = 0
    for (number, sample) in samples.enumerated() {
      for packet in sample.judgement.findings.flatMap(\.finding.packets) {
        let picked = fields.frames(of: number, file: packet.file, matching: packet.filter)
        #expect(picked == [packet.frame], "\(sample.name) \(packet.vantage): \(packet.filter)")
        count += 1
      }
    }
    #expect(count > 100)
  }

  private func check(_ packet: Citation.Packet, _ sample: SampleCase, _ frames: CaseFrames) {
    let vantage = sample.scene.timeline.vantages.first { $0.name == packet.vantage }
    #expect(vantage?.files.contains(packet.file) == true, "\(packet.file) is not of \(packet.vantage)")
    guard let frame = frames[packet.file, packet.frame] else {
      Issue.record("\(packet.file) has no frame \(packet.frame)")
      return
    }
    guard let time = packet.time, let clock = vantage?.clock else { return }
    #expect(clock.caseTime(HostTime(nanoseconds: frame.time)) == time, "\(packet.vantage) frame \(packet.frame)")
  }

  /// A reading's text stands in the file of its phase.
  private func check(_ reading: Citation.Check, _ sample: SampleCase) {
    let text = String(decoding: sample.files[reading.file] ?? [], as: UTF8.self)
    #expect(!text.isEmpty, "\(reading.file) is not there")
    let own = sample.scene.evidence.readouts.filter { $0.host == reading.host && $0.namespace == reading.namespace }
    for (phase, value) in [(CheckPhase.before, reading.before), (.after, reading.after)] {
      guard let value else { continue }
      let texts = own.filter { $0.phase == phase }.map(\.text)
      #expect(
        texts.contains { Self.holds($0, value) },
        "\(reading.check) \(phase) of \(reading.host): `\(value)` is in no file")
    }
  }

  /// As it stands, as the sum over processors (a column of numbers), or as words that are all there.
  private static func holds(_ text: String, _ value: String) -> Bool {
    if text.contains(value) || value.split(separator: " ").allSatisfy({ text.contains($0) }) { return true }
    guard let sum = Int64(value) else { return false }
    var sums: [Substring: Int64] = [:]
    for match in text.matches(of: /(\w+)=(\d+)/) { sums[match.1, default: 0] += Int64(match.2) ?? 0 }
    return sums.values.contains(sum)
  }
}

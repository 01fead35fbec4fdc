import CaseModel
import Correlation
import Evidence
import TestSupport
import Testing
import Wire

@testable import Diagnoses

/// A good dialogue beside a bad one: the first place where they part.
struct DialogueComparisonTests {
  /// Connections to one server, each with what is said on it.
  private func scene(_ connections: [[String]]) throws -> Scene {
    var (ends, lines): ([String], [String]) = ([], [])
    for (number, said) in connections.enumerated() {
      let (client, server, start) = ("C\(number)", "S\(number)", Double(number) * 60)
      ends += [
        "address \(client) 10.1.0.2:\(40_000 + number) isn \(1_000 + number * 77_000_000)",
        "address \(server) 10.2.0.9:80 isn \(5_000_000 + number * 55_000_000)",
      ]
      func at(_ offset: Double) -> String { Wording.decimal(start + offset, digits: 3) }
      lines.append("\(at(0)) \(client) > \(server) [S] seq 0")
      lines.append("\(at(0.001)) \(server) > \(client) [S.] seq 0 ack 1")
      lines.append("\(at(0.002)) \(client) > \(server) [.] seq 1 ack 1")
      lines += talk(said, client, server, at)
    }
    let script = try PacketScript(
      """
      \(ends.joined(separator: "\n"))

      server packet
      \(lines.joined(separator: "\n"))
      """)
    let capture = Capture(
      record: CaptureRecord(vantage: "server", files: [], host: "server"),
      files: [CaptureFile(cited: "server.pcap", source: script.source("server"))])
    let evidence = CaseEvidence(
      manifest: Manifest(id: "test", tool: "test", state: .complete, captures: [capture.record]), captures: [capture])
    return Scene(evidence: evidence, timeline: try correlate(evidence, workers: InlineWorkers(), spool: MemorySpool()))
  }

  /// `> TEXT` by the client, `< TEXT` by the server, `>fin`, `<rst`, `wait SECONDS`.
  private func talk(_ said: [String], _ client: String, _ server: String, _ at: (Double) -> String) -> [String] {
    var (time, own, other) = (0.1, 1, 1)
    var lines: [String] = []
    for words in said {
      let text = words.dropFirst(2)
      switch words.prefix(2) {
      case "> ":
        lines.append("\(at(time)) \(client) > \(server) [P.] seq \(own) ack \(other) data \"\(text)\"")
        own += text.utf8.count
        lines.append("\(at(time + 0.001)) \(server) > \(client) [.] seq \(other) ack \(own)")
      case "< ":
        lines.append("\(at(time)) \(server) > \(client) [P.] seq \(other) ack \(own) data \"\(text)\"")
        other += text.utf8.count
        lines.append("\(at(time + 0.001)) \(client) > \(server) [.] seq \(own) ack \(other)")
      case ">f": lines.append("\(at(time)) \(client) > \(server) [F.] seq \(own) ack \(other)")
      case "<r": lines.append("\(at(time)) \(server) > \(client) [R] seq \(other)")
      default: time += Double(words.dropFirst(5)) ?? 0
      }
      time += 0.01
    }
    return lines
  }

  private func compare(_ scene: Scene, _ left: String, _ right: String) throws -> DialogueComparison {
    let judgement = try judge(scene, workers: InlineWorkers())
    let choices = try (#require(FlowChoice(left)), #require(FlowChoice(right)))
    return DialogueComparison(
      try #require(try DialogueAccount(of: choices.0, in: scene, judgement)),
      try #require(try DialogueAccount(of: choices.1, in: scene, judgement)))
  }

  @Test func `what is asked may differ, and what the answer repeats of it`() throws {
    let scene = try scene([
      [
        "> LOGIN user=anna", "< HELLO anna at 1700000001", "> GET card=62001", "< OK card=62001 balance=7000001",
        ">fin",
      ],
      [
        "> LOGIN user=bert", "< HELLO bert at 1700000062", "> GET card=62999", "< OK card=62999 balance=9400000",
        ">fin",
      ],
    ])
    #expect(try compare(scene, "flow-1", "flow-2").parting == nil)
  }

  @Test func `another answer parts them`() throws {
    let scene = try scene([
      ["> GET card=62001", "< OK card=62001 code=0"], ["> GET card=62999", "< OK card=62999 code=17"],
    ])
    let parting = try #require(try compare(scene, "flow-1", "flow-2").parting)
    #expect(parting == (3, .content))
  }

  @Test func `so does an answer that never comes`() throws {
    let scene = try scene([
      ["> GET card=62001", "< OK card=62001", ">fin"], ["> GET card=62999", "wait 15", ">fin"],
    ])
    let comparison = try compare(scene, "flow-1", "flow-2")
    #expect(try #require(comparison.parting) == (3, .deed))
    #expect(comparison.left.steps[3].kind == .says(13) && !comparison.left.steps[3].fromOpener)
    #expect(comparison.right.steps[3].kind == .closes && comparison.right.steps[3].fromOpener)
  }

  @Test func `so does one that comes late`() throws {
    let scene = try scene([
      ["> GET card=62001", "< OK card=62001", ">fin"], ["> GET card=62999", "wait 3", "< OK card=62999", ">fin"],
    ])
    #expect(try #require(try compare(scene, "flow-1", "flow-2").parting) == (3, .delay))
  }

  @Test func `a text begins a dialogue in the middle of a connection, and its key ends it`() throws {
    let exchanges = (0..<8).flatMap { number in
      let card = 62_001 + number
      let answer = ["< OK id=\(9_001 + number) card=\(card)"]
      return ["> GET id=\(9_001 + number) card=\(card)"] + (card == 62_005 ? ["wait 2"] : answer)
    }
    let scene = try scene([exchanges])
    let comparison = try compare(scene, "key:card=62003", "key:card=62005")
    #expect(comparison.left.steps.map(\.kind) == [.says(22), .says(21), .nothing])
    #expect(comparison.right.steps.map(\.kind) == [.says(22), .nothing])
    #expect(try #require(comparison.parting) == (1, .deed))
  }

  @Test func `connections are named in three ways`() throws {
    #expect(FlowChoice("flow-3") == .name("flow-3"))
    #expect(FlowChoice("key:a:b-c") == .key("a:b-c"))
    #expect(
      FlowChoice("10.0.0.1:80-[2001:db8::1]:90")
        == .ends(
          Endpoint(IPAddress(v4: 0x0a00_0001), 80),
          Endpoint(IPAddress(high: 0x2001_0db8_0000_0000, low: 1, isIPv6: true), 90)))
    for nonsense in ["", "key:", "3", "10.0.0.1-10.0.0.2", "10.0.0.1:80-"] { #expect(FlowChoice(nonsense) == nil) }
    let scene = try scene([["> GET", "< OK"], ["> GET", "< OK"]])
    let named = try compare(scene, "10.2.0.9:80-10.1.0.2:40001", "flow-1")
    #expect(named.left.flow == "flow-2")
  }
}

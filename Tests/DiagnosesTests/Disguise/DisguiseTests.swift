import CaseModel
import Diagnoses
import Testing
import Wire

/// Nothing in a diagnosis knows where it was tried out: with every address, port, name, initial number and stamp another one,
/// a case is judged the same, by the same frames.
struct DisguiseTests {
  private static let seeds: [UInt64] = [1, 2]

  @Test(arguments: PracticeFiles.names)
  func `a case under other names is the same case`(name: String) throws {
    let files = try PracticeFiles(name)
    let plain = try PracticeCase(files)
    for seed in Self.seeds {
      let disguise = Disguise(of: files, seed: seed)
      let disguised = try PracticeCase(disguise.files(files))
      #expect(disguised.judgement.verdict == plain.judgement.verdict)
      #expect(Claims(disguised) { $0 }.text == Claims(plain) { disguise.vantage($0) }.text)
    }
  }

  @Test func `nothing keeps its name`() throws {
    let files = try PracticeFiles("mtu-vxlan-gso")
    let disguise = Disguise(of: files, seed: 1)
    let (plain, disguised) = (try PracticeCase(files), try PracticeCase(disguise.files(files)))
    for (old, new) in zip(files.vantages, disguise.files(files).vantages) {
      #expect(old.name != new.name)
      let (before, after) = (try plain.packets(old.name), try disguised.packets(new.name))
      #expect(before.count == after.count)
      for (one, other) in zip(before, after) where one.has.contains(.tcp) {
        #expect(Set([one.source, one.destination]).isDisjoint(with: [other.source, other.destination]))
        #expect(one.sourcePort != other.sourcePort && one.destinationPort != other.destinationPort)
        #expect(one.sequence != other.sequence && one.timestampValue != other.timestampValue)
        #expect(
          (one.flags, one.payloadLength, one.payloadHash) == (other.flags, other.payloadLength, other.payloadHash))
      }
    }
  }

  @Test func `texts speak of the same ends as frames`() throws {
    let disguise = Disguise(of: try PracticeFiles("mtu-vxlan-gso"), seed: 3)
    let end = Endpoint(IPAddress(v4: 0x0a10_4c05), 8_124)
    let new = Endpoint(disguise.address(end.address), disguise.port(end.port))
    #expect(new != end)
    #expect(disguise.text("LISTEN 0 128 \(end) 0.0.0.0:*") == "LISTEN 0 128 \(new) 0.0.0.0:*")
    #expect(
      disguise.text("src=\(end.address) dst=127.0.0.1 sport=\(end.port)")
        == "src=\(new.address) dst=127.0.0.1 sport=\(new.port)")
    #expect(disguise.text("inet \(end.address)/24 brd") == "inet \(new.address)/24 brd")
    #expect(disguise.text("net.ipv4.tcp_rmem = 4096 131072") == "net.ipv4.tcp_rmem = 4096 131072")
    #expect(disguise.text("inet6 ::1/128 scope host") == "inet6 ::1/128 scope host")
    let network = disguise.text("10.16.76.0/24 dev eth0")
    #expect(network.hasSuffix(".0/24 dev eth0"))
    #expect(network.split(separator: ".").dropLast() == "\(new.address)".split(separator: ".").dropLast())
  }
}

/// What a case claims, as lines.
struct Claims {
  let text: [String]

  /// - Parameter rename: of vantages.
  init(_ practice: PracticeCase, _ rename: (String) -> String) {
    text = practice.judgement.findings.map { judged in
      let finding = judged.finding
      let place = [finding.location.from, finding.location.to].map { $0.map { rename($0.text) } ?? "-" }
      let frames = practice.cited(finding).map { "\(rename($0)): \($1.sorted())" }.sorted()
      return
        "\(finding.kind) \(finding.standing) \(finding.certainty) \(place.joined(separator: ">")) flows \(finding.flows) "
        + frames.joined(separator: " ")
    }
  }
}

import Playbooks
import Testing

/// Whatever the file is, reading it ends with a value or with Problems, soon and within bounds.
@Suite struct HostileTextTests {
  static func problems(_ text: String) -> [String] {
    let parsed = parsePlaybook(text, file: "p.yaml", variables: [:], fillMissing: true) { _ in nil }
    return parsed.problems.map(\.message)
  }

  @Test(arguments: ["[", "{a: ", "- ", "? "]) func `deep nesting stops`(opening: String) {
    #expect(Self.problems("name: x\nroles: \(String(repeating: opening, count: 200))").count == 1)
    #expect(Self.problems(String(repeating: opening, count: 900)).count == 1)
    #expect(Self.problems(String(repeating: opening, count: 20_000)).count == 1)
  }

  @Test func `closed deep nesting stops`() {
    let text = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
    #expect(Self.problems("a: \(text)") == ["values are nested too deeply"])
  }

  @Test func `a billion laughs are not heard`() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(Self.problems(text) == ["the file has more than 16 aliases"])
  }

  @Test func `the aliases that are taken stay within the bound on values`() {
    var text = "a0: &a0 [\(Array(repeating: "x", count: 2000).joined(separator: ","))]\n"
    for level in 1...5 {
      text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1), *a\(level - 1)]\n"
    }
    #expect(Self.problems(text) == ["the file has too many values"])
  }

  @Test func `a long text has no aliases`() {
    let text = "a: &a [\(String(repeating: "x, ", count: 30_000))x]\n? [*a, *a]\n: y"
    #expect(Self.problems(text) == ["the file has aliases and is longer than 64 KiB"])
  }

  @Test func `an alias as a key is refused`() {
    #expect(Self.problems("a: &a [x]\n? *a\n: y") == ["a key must be a word"])
  }

  @Test func `merge keys are followed`() {
    let text = """
      name: x
      roles: { client: &one { many: one }, server: { <<: *one, absent: skip } }
      """
    let parsed = parsePlaybook(text, file: "p.yaml", variables: [:], fillMissing: true) { _ in nil }
    #expect(parsed.value?.roles.map(\.many) == [.one, .one])
    #expect(parsed.value?.roles.map(\.absent) == [.fail, .skip])
  }

  @Test func `a NUL is pointed at`() {
    let parsed = parsePlaybook("name: x\nabout: a\0b", file: "p.yaml", variables: [:], fillMissing: true) { _ in nil }
    #expect(parsed.problems.map(\.message) == ["the file has a NUL byte in it"])
    #expect(parsed.problems.map(\.mark) == [SourceMark(line: 2, column: 9)])
  }

  @Test func `a huge scalar is quoted in part`() {
    let text = "name: x\nthen: \(String(repeating: "9", count: 500_000))"
    let shown = String(repeating: "9", count: 60)
    #expect(Self.problems(text) == ["`then` takes a duration, not `\(shown)...`"])
  }

  @Test func `a text beyond a megabyte is not read`() {
    #expect(Self.problems(String(repeating: "a", count: 1_100_000)) == ["the file is longer than 1 MiB"])
  }

  @Test func `a thousand mistakes are not all told`() {
    let keys = (0..<10_000).map { "k\($0): x\n" }.joined()
    let messages = Self.problems("name: x\n" + keys)
    #expect(messages.count == 101)
    #expect(messages.last == "more than 100 problems, the rest is not shown")
  }

  @Test func `sections have a most number of entries`() {
    let entries = (0..<10_000).map { "- { on: r\($0) }\n" }.joined()
    #expect(
      Self.problems("name: x\ncaptures:\n" + entries) == ["`captures` has 10000 entries, and 500 is the most"])
  }

  @Test func `a long variable in many places stops`() {
    let value = String(repeating: "v", count: 100_000)
    let uses = String(repeating: "{{ a }}", count: 10_000)
    #expect(
      Self.problems("name: x\nvars: { a: { default: \(value) } }\nabout: '\(uses)'")
        == ["the variables' values are longer than 4 MiB together"])
  }

  @Test func `control characters do not reach the terminal`() {
    let messages = Self.problems("name: x\n\"\\e[31mred\": 1")
    #expect(messages == ["unknown key `\u{FFFD}[31mred` in a playbook"])
  }

  @Test func `every prefix of a good playbook is read or refused`() {
    let bytes = Array(fullSchema.utf8)
    for length in stride(from: 0, to: bytes.count, by: 11) {
      let text = String(decoding: bytes[..<length], as: UTF8.self)
      let parsed = parsePlaybook(text, file: "p.yaml", variables: [:], fillMissing: true) { _ in nil }
      #expect((parsed.value == nil) == !parsed.errors.isEmpty)
    }
  }

  @Test func `a playbook with one byte changed is read or refused`() {
    let bytes = Array(fullSchema.utf8)
    for position in stride(from: 0, to: bytes.count, by: 29) {
      for byte in [UInt8(ascii: "{"), UInt8(ascii: "&"), UInt8(ascii: "\""), 0xFF, UInt8(ascii: "\n")] {
        var changed = bytes
        changed[position] = byte
        let text = String(decoding: changed, as: UTF8.self)
        let parsed = parsePlaybook(text, file: "p.yaml", variables: [:], fillMissing: true) { _ in nil }
        #expect((parsed.value == nil) == !parsed.errors.isEmpty)
      }
    }
  }
}

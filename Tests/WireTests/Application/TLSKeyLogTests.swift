import Testing
import Wire

struct TLSKeyLogTests {
  private let random = String(repeating: "0a", count: 32)

  @Test func keepsKeysAndNothingElse() {
    var log = TLSKeyLog()
    let key = "CLIENT_RANDOM \(random) \(String(repeating: "bc", count: 48))"
    let text = """
      # a comment
      \(key)
      password=hunter2
      CLIENT_RANDOM \(random) nothex
      CLIENT_RANDOM 0a0a \(random)
      lower_case \(random) \(random)
      \(key)\r
      SERVER_TRAFFIC_SECRET_0 \(random)  \(random)
      """
    let fits = log.add(Array(text.utf8))
    #expect(fits)
    #expect(String(decoding: log.bytes, as: UTF8.self) == key + "\n")
    #expect(log.count == 1)
  }

  @Test func anyBytesAreNoTrap() {
    var log = TLSKeyLog()
    log.add([0xff, 0, 10, 32, 32, 10, 13])
    log.add([])
    #expect(log.bytes.isEmpty)
  }
}

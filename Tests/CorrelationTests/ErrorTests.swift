import Correlation
import Testing

/// ICMP errors on their way back to who sent the packet that they quote.
struct ErrorTests {
  /// A server behind a gateway that translates its address; a router on the client's side says that a segment is too big.
  private func script(first: String = "0.0272 0.0273 0.032", second: String, ping: String = "") -> String {
    """
    vantage client has C
    vantage gateway link sll2 clock +1.2
    vantage server has S
    address C 10.1.0.2:40000 isn 1000
    address V 192.0.2.10:80
    address S 10.9.0.9:8080 isn 3000000000
    address R 10.1.0.1
    sees client S as V
    sees gateway@eth0 S as V

    client  gateway@eth0 gateway@eth1 server  packet
    0.000   0.001        0.0011       0.006   C > S [S] seq 0 <mss 1460> ttl 64/64/63/63
    0.0121  0.0111       0.0110       0.0061  S > C [S.] seq 0 ack 1 <mss 1460> ttl 63/63/64/64
    0.0122  0.0132       0.0133       0.0182  C > S [.] seq 1 ack 1 ttl 64/64/63/63
    -       0.0252       0.0251       0.0202  big: S > C [.] 1:1461 ack 1 df ttl 63/63/64/64
    -       \(first)  one: R > S icmp frag-needed mtu 1400 about big ttl 64/64/63/63
    -       0.3252       0.3251       0.3202  S > C [.] 1:1461 ack 1 df ttl 63/63/64/64
    -       \(second)  two: R > S icmp frag-needed mtu 1400 about big ttl 64/64/63/63
    \(ping)
    2.000   2.001        2.0011       2.006   C > S [.] seq 0 ack 1 ttl 64/64/63/63
    """
  }

  private let pings = """
    address P 10.1.0.2
    address Q 10.9.0.9
    1.500   1.501        1.5011       1.506   P > Q icmp echo icmpid 7 icmpseq 1
    """

  @Test func `an error is linked from place to place`() throws {
    let scripted = try ScriptedCase(script(second: "0.3272 0.3273 0.332"))
    #expect(scripted.timeline.flows.count == 1)
    for label in ["one", "two"] {
      #expect(
        scripted.link(label, at: "gateway@eth1") == scripted.link(to: label, at: "gateway@eth0", .unique))
      #expect(scripted.link(label, at: "server") == scripted.link(to: label, at: "gateway@eth1", .unique))
      #expect(scripted.link(label, at: "gateway@eth0") == Link.none)
      #expect(scripted.fate(label, at: "gateway@eth0") == .delivered)
      #expect(scripted.fate(label, at: "gateway@eth1") == .delivered)
      #expect(scripted.fate(label, at: "server") == .beyond)
    }
  }

  @Test func `one that never comes back is lost where that capture shows others`() throws {
    let scripted = try ScriptedCase(script(second: "0.3272 0.3273 -"))
    #expect(scripted.fate("one", at: "gateway@eth1") == .delivered)
    #expect(scripted.fate("two", at: "gateway@eth0") == .delivered)
    #expect(scripted.fate("two", at: "gateway@eth1") == .lost)
    #expect(try ScriptedCase(script(second: "0.3272 - -")).fate("two", at: "gateway@eth0") == .lost)
  }

  @Test func `a capture that shows no ICMP may not let it through`() throws {
    let none = "0.0272 0.0273 -"
    #expect(try ScriptedCase(script(first: none, second: "- - -")).fate("one", at: "gateway@eth1") == .unknown)
    let lines = pings.split(separator: "\n")
    let text = script(first: none, second: "- - -", ping: String(lines[2]))
      .replacing("address R ", with: "\(lines[0])\n\(lines[1])\naddress R ")
    #expect(try ScriptedCase(text).fate("one", at: "gateway@eth1") == .lost)
  }
}

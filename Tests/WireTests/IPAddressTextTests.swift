import Testing
import Wire

@Suite struct IPAddressTextTests {
  @Test(arguments: [
    ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
    ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8::0:1", "2001:db8::1"),
    ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
    ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("fe80::0001", "fe80::1"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
  ])
  func writesWhatItReads(text: String, canonical: String) throws {
    let address = try #require(IPAddress(text: text))
    #expect(address.description == canonical)
    #expect(IPAddress(text: address.description) == address)
  }

  @Test(arguments: [
    "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4", "1.2.3.+4", "0x1.2.3.4", ":", ":::",
    "1:2:3",
    "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "fe80::1%eth0", "[::1]", "::1/128", "1:2:3:4:5:6:7:8::", ":1::2",
    "1.2.3.4::", "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "2001:db8::1 and very much more text than an address has",
  ])
  func refusesEverythingElse(text: String) {
    #expect(IPAddress(text: text) == nil)
  }
}

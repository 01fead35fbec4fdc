import Testing

@testable import Reporting

struct MicroSignTests {
  @Test func sentencesHaveItAndCodeDoesNot() {
    #expect(
      MicroSign.inPage("<p>3.07 us, ±12 us<code>delay 5 us</code> 7 us</p>")
        == "<p>3.07 µs, ±12 µs<code>delay 5 us</code> 7 µs</p>")
    #expect(
      MicroSign.inMarkdown("9 us `sleep 9 us` 9 us\n```sh\nrun 1 us\n```\n```\nladder 1 us\n```")
        == "9 µs `sleep 9 us` 9 µs\n```sh\nrun 1 us\n```\n```\nladder 1 µs\n```")
  }

  @Test func onlyAUnitIsOne() {
    for text in ["12 users", "12 us_west", "to us", "12us", "1 us2", "us"] {
      #expect(MicroSign.inPage(text) == text && MicroSign.inMarkdown(text) == text)
    }
  }
}
